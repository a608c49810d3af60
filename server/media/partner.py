"""The partner of a rehearsal: a participant made of code, who follows docs/protocol.md as a browser does.

Not here: the room (the server's, reached over `say` and `hear`), what is shown and said (`picture`,
`listener`), what the ladder is told (`quality`). A leg that is lost ends the partner; the server calls
another, who is another tab to the page.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import uuid
from collections.abc import Callable, Iterable
from typing import Annotated, Final, cast

import msgspec
from aiortc import MediaStreamTrack, RTCIceServer

from server.media import compat
from server.media.candidates import MAX_CANDIDATES, allowed, only_allowed
from server.media.chime import chime
from server.media.leg import Leg
from server.media.listener import Listener
from server.media.picture import Picture
from server.media.quality import Quality
from server.media.shaper import LineName
from server.media.shaping import Shaping
from server.media.wire import Play
from signalling import protocol as p
from signalling.ladder_values import Decision

LIFE_S: Final = 25 * 60.0
"""More than the server gives a rehearsal; whoever is still there has been forgotten."""
ANSWER_WITHIN_S: Final = 7.0
CLOSE_WITHIN_S: Final = 2.0
ANSWER_EVERY_S: Final = 1.0
"""Each answer is work for everybody's loop; a browser restarts at most as often."""
MAX_CHAT: Final = 2000
STATUS: Final = p.Status(microphone="on", camera="on")
AGENDA: Final = (
    "Say something, and hear it said again",
    "Make the line worse, and watch what stays",
    "Reach for the telephone, and come back",
)
"""Put into an empty agenda, so that there is one to try."""

_log = logging.getLogger(__name__)


class ChatLine(msgspec.Struct, tag_field="type", tag="chat"):
    """As `webclient/src/peerframes.ts` has it."""

    op: p.Uuid
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CHAT)]


class Partner:
    """`say` sends a frame to the room, `on_over` is called once when nothing more will come."""

    def __init__(self, play: Play, say: Callable[[str], None], on_over: Callable[[], None]) -> None:
        self._play = play
        self._say, self._on_over = say, on_over
        self._shaping = Shaping(play.line)
        self._heard: asyncio.Queue[p.ServerMessage] = asyncio.Queue(maxsize=200)
        self._leg: Leg | None = None
        self._sender: str | None = None
        self._candidates = 0
        self._answered_s = 0.0
        self._closing: set[asyncio.Task[None]] = set()
        self._quality: Quality | None = None
        self._voice = Listener()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Come into the room."""
        self._send(
            p.Hello(
                version=p.VERSION,
                client=_new_id(),
                note_seq=0,
                stay="call" if self._play.again else "lobby",
                status=STATUS if self._play.again else None,
            )
        )
        self._tasks = [asyncio.create_task(work()) for work in (self._converse, self._ping, self._live)]

    def hear(self, frame: str) -> None:
        """A frame from the room. One that is not understood is none of ours to judge."""
        with contextlib.suppress(p.ProtocolError, asyncio.QueueFull):
            self._heard.put_nowait(p.decode_server(frame))

    def become(self, line: LineName) -> None:
        """The line is another from now on."""
        self._shaping.become(line)

    async def close(self) -> None:
        """Within `CLOSE_WITHIN_S`, whatever anything is waiting for."""
        self._on_over = lambda: None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await self._drop()

    # The room

    async def _converse(self) -> None:
        """One message after the other: a candidate belongs to the description before it."""
        try:
            while True:
                await self._take(await self._heard.get())
        except Exception as error:  # noqa: BLE001 - whatever a description makes aiortc raise ends this partner only
            _log.warning("a partner failed (%s)", type(error).__name__)
            self._on_over()

    async def _take(self, message: p.ServerMessage) -> None:
        match message:
            case p.Welcome():
                self._enter(message)
            case p.Offered(sender, sdp):
                await self._answer(sender, sdp)
            case p.Candidated(sender) if sender == self._sender and self._leg:
                self._candidates += 1
                few = self._candidates <= MAX_CANDIDATES
                if few and allowed(message.candidate, private=self._play.private):
                    await self._leg.add(message)
            case p.Ended() | p.Moved():
                self._on_over()
            case _:
                pass

    def _enter(self, welcome: p.Welcome) -> None:
        if self._play.again:
            return
        self._send(p.Join(status=STATUS))
        if not welcome.agenda:
            for place, text in enumerate(AGENDA):
                item = p.EditAgenda(op=_new_id(), item=_new_id(), text=text, minutes=2, position=place + 1.0)
                self._send(item)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(p.PING_EVERY_MS / 1000)
            self._send(p.Ping(n=0))

    async def _live(self) -> None:
        await asyncio.sleep(LIFE_S)
        self._on_over()

    def _send(self, message: p.ClientMessage) -> None:
        self._say(p.encode(message))

    # The page

    async def _answer(self, sender: str, sdp: str) -> None:
        """Another tab is another connection; the same one may restart its way."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._answered_s + ANSWER_EVERY_S - loop.time()))
        self._answered_s = loop.time()
        fresh = self._leg is None or sender != self._sender
        async with asyncio.timeout(ANSWER_WITHIN_S):
            if fresh:
                await self._drop()
                # Encoded once in a worker's life, which takes 25 ms: not in everybody's loop.
                self._make(sender, await asyncio.to_thread(chime))
            leg = self._leg
            assert leg is not None  # noqa: S101 - just made
            answer = await leg.answer(only_allowed(sdp, private=self._play.private))
        if fresh:
            compat.guard_datagrams(leg.pc)
            compat.shape(leg.pc, self._shaping)
        self._send(p.Answer(to=sender, sdp=answer))

    def _make(self, sender: str, greeting: Iterable[bytes]) -> None:
        servers = [RTCIceServer(each.urls, each.username, each.credential) for each in self._play.ice_servers]
        self._voice = Listener(greeting)
        picture = Picture(self._play.room, lambda: "repeating you" if self._voice.saying else "listening")
        leg = Leg((self._voice, picture), servers, self._on_message)
        quality = Quality(leg, self._shaping, lambda decision: self._follow(decision, picture))
        leg.pc.on("track", lambda track: self._on_track(leg, quality, track))
        leg.pc.on("connectionstatechange", lambda: self._on_state(leg))
        self._leg, self._sender, self._quality = leg, sender, quality
        self._candidates = 0

    async def _drop(self) -> None:
        """The connection, if there is one; its tracks end with it."""
        leg, self._leg = self._leg, None
        if self._quality:
            self._quality.stop()
        self._shaping.close()
        if leg:
            # Goes on when whoever waits for it has no more time: a connection keeps sockets and threads.
            closing = asyncio.create_task(leg.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            await asyncio.shield(closing)

    def _on_track(self, leg: Leg, quality: Quality, track: MediaStreamTrack) -> None:
        """Everything is received, as a browser does, and nothing decoded."""

        def speech(packet: compat.Packet) -> None:
            quality.speech(packet.sequence)
            self._voice.heard(packet.payload)

        for transceiver in leg.pc.getTransceivers():
            if transceiver.receiver.track is track:
                compat.overhear(
                    transceiver.receiver, speech if track.kind == "audio" else lambda packet: None
                )

    def _on_state(self, leg: Leg) -> None:
        if leg is self._leg and leg.pc.connectionState in ("failed", "closed"):
            self._on_over()

    def _on_message(self, channel: str, message: bytes | str) -> None:
        if channel == "reports" and self._quality:
            self._quality.report(message)
        elif channel == "messages" and isinstance(message, str):
            self._on_frame(message)

    def _on_frame(self, text: str) -> None:
        """What browsers say to each other past the server; of that a chat line wants to be answered."""
        try:
            line = msgspec.json.decode(text, type=ChatLine)
        except (msgspec.DecodeError, RecursionError):
            return
        if self._leg:
            answer = {"type": "chat", "op": _new_id(), "text": f"You wrote: {line.text}"[:MAX_CHAT]}
            self._leg.send("messages", json.dumps({"type": "delivered", "op": line.op}))
            self._leg.send("messages", json.dumps(answer))

    def _follow(self, decision: Decision, picture: Picture) -> None:
        """The ladder has decided: the picture goes or comes, and the page is told as browsers tell it."""
        picture.follow(decision.probing or decision.rung)
        if decision.rung == decision.previous and decision.reason != "start":
            return
        change = {"rung": decision.rung, "previous": decision.previous, "reason": decision.reason}
        if self._leg:
            self._leg.send("messages", json.dumps({"type": "rung", **change, "whose": decision.whose}))
        rung, previous = cast("p.Rung", decision.rung), cast("p.Rung", decision.previous)
        told = p.SetRung(
            op=_new_id(), rung=rung, previous=previous, reason=decision.reason, whose=decision.whose
        )
        self._send(told)


def _new_id() -> str:
    return str(uuid.uuid4())
