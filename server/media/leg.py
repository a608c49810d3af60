"""One RTCPeerConnection of ours to one tab of the peer's, with the channels that browsers open.

Not here: by which way descriptions travel, what is said and shown. aiortc has no rollback and gathers before
it describes, so a leg never takes part in a collision: it offers once, or it only answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.sdp import SessionDescription, candidate_from_sdp

from server.media import compat
from signalling.protocol import Candidated

CHANNELS: Final[dict[str, dict[str, Any]]] = {
    "reports": {"negotiated": True, "id": 1, "ordered": False, "maxRetransmits": 0},
    "messages": {"negotiated": True, "id": 2},
    "stills": {"negotiated": True, "id": 3, "ordered": False, "maxRetransmits": 2},
}
"""As `webclient/src/peerlink.ts` opens them."""
OnMessage = Callable[[str, bytes | str], None]
"""(channel, message)."""


class Leg:
    """Sends `tracks`. `pc` is there for whoever wants to hear of tracks and states."""

    def __init__(
        self,
        tracks: Sequence[MediaStreamTrack],
        ice_servers: Sequence[RTCIceServer] = (),
        on_message: OnMessage = lambda channel, message: None,
    ) -> None:
        # A list in any case: aiortc's default for none at all asks a public STUN server.
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=list(ice_servers)))
        self._tracks = tracks
        self._on_message = on_message
        self._channels: dict[str, RTCDataChannel] = {}
        self._ufrag: str | None = None

    def open(self, channel: str) -> bool:
        """Whether a channel can be sent on."""
        found = self._channels.get(channel)
        return found is not None and found.readyState == "open"

    def send(self, channel: str, message: bytes | str, most_waiting_bytes: int | None = None) -> bool:
        """Send on a channel; false when it is closed, or more than so much waits in it already."""
        if not self.open(channel):
            return False
        found = self._channels[channel]
        if most_waiting_bytes is not None and found.bufferedAmount > most_waiting_bytes:
            return False
        found.send(message)
        return True

    async def offer(self) -> str:
        """The first description."""
        self._add_own()
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return str(self.pc.localDescription.sdp)

    async def accept(self, sdp: str) -> None:
        """The peer's answer."""
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def answer(self, sdp: str) -> str:
        """The answer to an offer: the first one, a later one, or one that restarts ICE."""
        self._follow_restart(sdp)
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        if not self._channels:
            self._add_own()
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return str(self.pc.localDescription.sdp)

    async def add(self, message: Candidated) -> None:
        """One more of the peer's candidates."""
        candidate = candidate_from_sdp(message.candidate.removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = message.sdp_mid, message.sdp_m_line_index
        await self.pc.addIceCandidate(candidate)

    async def close(self) -> None:
        await self.pc.close()

    def _follow_restart(self, sdp: str) -> None:
        media = SessionDescription.parse(sdp).media
        ice = media[0].ice if media else None
        if ice is None or not ice.usernameFragment or not ice.password:
            raise ValueError("an offer without the means to connect")
        if self._ufrag not in (None, ice.usernameFragment):
            compat.restart_ice(self.pc, ice.usernameFragment, ice.password)
        self._ufrag = ice.usernameFragment

    def _add_own(self) -> None:
        """Tracks before channels: aiortc's bundle has to begin with a track."""
        for track in self._tracks:
            self.pc.addTrack(track)
        for label, options in CHANNELS.items():
            channel = self._channels[label] = self.pc.createDataChannel(label, **options)
            channel.on("message", lambda message, label=label: self._on_message(label, message))
