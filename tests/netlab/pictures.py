"""Running totals of what a page shows of its peer: frames, freezes, and the size of the last frame.

Not here: sound (`totals`).
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Page

STATS = """async () => {
  const total = {frames: 0, freezes: 0, height: 0, bytes: 0};
  for (const connection of globalThis.netlabConnections ?? []) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== 'inbound-rtp' || report.kind !== 'video') continue;
      total.frames += report.framesDecoded ?? 0;
      total.freezes += report.freezeCount ?? 0;
      total.height = report.frameHeight ?? total.height;
      total.bytes += report.bytesReceived ?? 0;
    }
  }
  return {...total, at_ms: performance.timeOrigin + performance.now()};
}"""


@dataclass(frozen=True, slots=True)
class Pictures:
    """At one moment; what lies between two is `between`."""

    at_ms: float
    frames: int
    freezes: int
    height: int
    bytes: int


async def pictures(page: Page) -> Pictures:
    """The totals of now."""
    return Pictures(**await page.evaluate(STATS))


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown from one moment to another."""

    fps: float
    kbps: float
    freezes: int
    height: int
    """Lines of the last frame."""

    def __str__(self) -> str:
        return f"{self.fps:.1f} fps of {self.height}p in {self.kbps:.0f} kbit/s, {self.freezes} freezes"


def between(earlier: Pictures, later: Pictures) -> Shown:
    ms = later.at_ms - earlier.at_ms
    return Shown(
        fps=1000 * (later.frames - earlier.frames) / ms,
        kbps=8 * (later.bytes - earlier.bytes) / ms,
        freezes=later.freezes - earlier.freezes,
        height=later.height,
    )
