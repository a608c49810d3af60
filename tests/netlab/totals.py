"""Running totals of a page's audio from getStats(): concealment, jitter buffer, loss, punctuality.

Read from the page's peer connections, which `hearing.js` keeps in reach.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

from playwright.async_api import Page


@dataclass(frozen=True, slots=True)
class Audio:
    """Running totals of one page's audio, from getStats() of all its connections; subtract two.

    Samples are at the receiver's clock rate. `captured_ms` and `played_ms` must grow with the wall clock:
    where they do not, the machine was too busy and the figures are void.
    """

    at_ms: int = 0
    samples: int = 0
    concealed: int = 0
    silently_concealed: int = 0
    buffered_ms: int = 0
    emitted: int = 0
    packets: int = 0
    packets_lost: int = 0
    captured_ms: int = 0
    played_ms: int = 0

    def __sub__(self, earlier: Self) -> Self:
        return type(self)(**{f.name: getattr(self, f.name) - getattr(earlier, f.name) for f in fields(self)})

    @property
    def concealed_pm(self) -> int:
        """Audibly concealed samples, per mille of all."""
        return 1000 * (self.concealed - self.silently_concealed) // max(1, self.samples)

    @property
    def buffer_ms(self) -> int:
        """Mean time a sample spent in the jitter buffer."""
        return self.buffered_ms // max(1, self.emitted)

    @property
    def punctual_pm(self) -> int:
        """The lesser of capture and playback against the wall clock; 1000 on a machine with time to spare."""
        return 1000 * min(self.captured_ms, self.played_ms) // max(1, self.at_ms)

    def __str__(self) -> str:
        return (
            f"{self.concealed_pm / 10:.1f} % concealed, {self.buffer_ms} ms in the buffer, "
            f"{self.packets_lost} of {self.packets + self.packets_lost} packets lost"
        )


STATS = """async () => {
  const total = {samples: 0, concealed: 0, silently_concealed: 0, buffered_ms: 0, emitted: 0, packets: 0,
                 packets_lost: 0, captured_ms: 0, played_ms: 0};
  for (const connection of globalThis.netlabConnections ?? []) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type === 'media-source' && report.kind === 'audio') {
        total.captured_ms += 1000 * (report.totalSamplesDuration ?? 0);
      }
      if (report.type !== 'inbound-rtp' || report.kind !== 'audio') continue;
      total.samples += report.totalSamplesReceived ?? 0;
      total.concealed += report.concealedSamples ?? 0;
      total.silently_concealed += report.silentConcealedSamples ?? 0;
      total.buffered_ms += 1000 * (report.jitterBufferDelay ?? 0);
      total.emitted += report.jitterBufferEmittedCount ?? 0;
      total.packets += report.packetsReceived ?? 0;
      total.packets_lost += report.packetsLost ?? 0;
      total.played_ms += 1000 * (report.totalSamplesDuration ?? 0);
    }
  }
  total.at_ms = performance.timeOrigin + performance.now();
  return total;
}"""


async def audio(page: Page) -> Audio:
    """The totals of now. A reloaded page starts again from nothing."""
    totals = await page.evaluate(STATS)
    return Audio(**{name: int(value) for name, value in totals.items()})
