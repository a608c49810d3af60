"""What a page's RTCPeerConnection and own devices say of themselves.

Not here: the page's screens (`pages`). The page offers nothing to look inside, so a script that runs before
its own code remembers what it makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Page

REMEMBER: Final = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.connections.push(this); }
};
window.ownTracks = [];
if (navigator.mediaDevices) {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    window.ownTracks.push(...stream.getTracks());
    return stream;
  };
}
"""

MEDIA: Final = """
async () => {
  const connection = window.connections.at(-1);
  if (!connection) return null;
  const found = {};
  for (const entry of (await connection.getStats()).values()) {
    found[`${entry.type} ${entry.kind ?? ""}`] ??= entry;
  }
  const sound = found["inbound-rtp audio"] ?? {}, picture = found["inbound-rtp video"] ?? {};
  return {
    connections: window.connections.length,
    energy: sound.totalAudioEnergy ?? 0,
    packets: sound.packetsReceived ?? 0,
    frames: picture.framesDecoded ?? 0,
    sent_bytes: (found["outbound-rtp video"] ?? {}).bytesSent ?? 0,
    sent_packets: (found["outbound-rtp audio"] ?? {}).packetsSent ?? 0,
  };
}
"""

OPEN: Final = """
(kind) => window.ownTracks.filter((track) => track.kind === kind && track.readyState === "live")
  .map((track) => track.getSettings().deviceId)
"""

SHOWN: Final = """
() => [...document.querySelectorAll(".peer-picture video")]
  .reduce((sum, video) => sum + video.getVideoPlaybackQuality().totalVideoFrames, 0)
"""

COLOUR = """
() => {
  const video = document.querySelector(".peer-picture video");
  const one = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  one.drawImage(video, video.videoWidth * 0.9, video.videoHeight * 0.9, 1, 1, 0, 0, 1, 1);
  return [...one.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
"""
"""Near the lower right corner, where the made-up cameras show nothing but their ground."""


@dataclass(frozen=True)
class Media:
    """Totals of the newest RTCPeerConnection of a page."""

    connections: int
    """How many the page has made since it was loaded."""
    energy: float
    """totalAudioEnergy of webrtc-stats: grows only while something is heard."""
    packets: int
    """Of sound, received."""
    frames: int
    """Pictures decoded."""
    sent_bytes: int
    """Of video."""
    sent_packets: int
    """Of sound."""


async def media(page: Page) -> Media | None:
    """None while the page has made no connection."""
    found: dict[str, Any] | None = await page.evaluate(MEDIA)
    return None if found is None else Media(**found)


async def open_devices(page: Page, kind: str) -> list[str]:
    """Device ids of the own tracks that are live: `kind` is audio or video."""
    ids: list[str] = await page.evaluate(OPEN, kind)
    return ids


async def frames_shown(page: Page) -> int:
    """Pictures of the peer that the page's video element has shown."""
    count: int = await page.evaluate(SHOWN)
    return count


async def colour_of_peer(page: Page) -> tuple[int, int, int]:
    """Red, green and blue of a place in what the page's video element shows of the peer."""
    red, green, blue = await page.evaluate(COLOUR)
    return red, green, blue
