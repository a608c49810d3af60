"""The partner's side of the ladder: it measures, reports to the page, and decides what it sends itself.

Not here: the decisions (`signalling.ladder`), what follows from them (`partner`). As
`webclient/src/quality.ts` does it, with less to measure by: like some browsers, aiortc has no estimate of
the line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from server.media.hearing import Hearing
from server.media.leg import Leg
from server.media.reports import Questions, Report, decode, encode
from server.media.shaping import Shaping
from signalling.ladder import Ladder
from signalling.ladder_table import TABLE, Table
from signalling.ladder_values import Decision, Sample
from signalling.rise import Rise

REPORT_S: Final = 0.25
LOOK_EVERY: Final = 2
"""Reports for one look at the line."""
REPORT_VALID_MS: Final = 2000
REPLY_MS: Final = 1000
"""A long question is answered at once, though none sooner after the last."""
SENDS: Final = ("sd", "low", "voice", "survival", "phone")
"""The rungs that the partner has: its picture is small, it takes no stills."""


def own_table() -> Table:
    """The table with the rungs that the partner can send."""
    rungs = tuple(rung for rung in TABLE.rungs if rung.name in SENDS)
    return msgspec.structs.replace(TABLE, rungs=rungs)


class Quality:
    """Runs until stopped. `on_decision` hears of each decision."""

    def __init__(self, leg: Leg, shaping: Shaping, on_decision: Callable[[Decision], None]) -> None:
        self._leg = leg
        self._shaping = shaping
        self._on_decision = on_decision
        self._ladder = Ladder(own_table())
        self._hearing = Hearing()
        self._questions = Questions()
        self._rise = Rise()
        self._theirs: tuple[int, Report] | None = None
        self._reports = 0
        self._replied_ms = -REPLY_MS
        self._introduced = False
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        self._task.cancel()

    def speech(self, sequence: int) -> None:
        """A packet of the page's speech has arrived."""
        self._hearing.packet(self._now_ms(), sequence)

    def report(self, data: bytes | str) -> None:
        """The page's report has come, or something else on its channel."""
        report, at_ms = decode(data), self._now_ms()
        if report is None or (self._theirs and report.n <= self._theirs[1].n and not report.long):
            return
        if report.echo is not None:
            self._questions.answered(report.echo, report.held_ms, at_ms)
        if not report.long:
            self._theirs = at_ms, report
        elif at_ms - self._replied_ms >= REPLY_MS:
            self._replied_ms = at_ms
            self._tell(at_ms, echo=(report.n, 0))

    async def _run(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(REPORT_S)
            if not self._leg.open("reports"):
                continue
            if not self._introduced:
                self._introduced = True
                self._on_decision(self._ladder.decision)
            at_ms = self._now_ms()
            self._hearing.received(at_ms, self._shaping.arrived_bytes)
            if ticks % LOOK_EVERY == 0:
                self._look(at_ms)
            self._tell(at_ms)
            ticks += 1

    def _look(self, at_ms: int) -> None:
        sample = self._sample(at_ms)
        decision = self._ladder.step(at_ms, sample)
        if decision:
            self._on_decision(decision)

    def _sample(self, at_ms: int) -> Sample:
        theirs = self._theirs[1] if self._theirs and at_ms - self._theirs[0] <= REPORT_VALID_MS else None
        rtt_ms, lost = self._questions.rtt_ms(at_ms), self._hearing.loss_pm(at_ms)
        return Sample(
            received_by_peer_kbps=theirs.received_kbps if theirs else None,
            loss_pm=theirs.loss_pm if theirs else None,
            rtt_ms=rtt_ms,
            rtt_rise_ms=None if rtt_ms is None else self._rise.of(at_ms, rtt_ms),
            peer_concealed_pm=theirs.concealed_pm if theirs else None,
            concealed_pm=lost,
            silence_ms=self._silence_ms(at_ms),
            peer_silence_ms=theirs.silence_ms if theirs else None,
            video_wanted=1,
            server_rise_ms=self._shaping.backlog_ms(at_ms / 1000),
            peer_server_rise_ms=theirs.server_rise_ms if theirs else None,
            peer_at_last_rung=int(theirs.at_last_rung) if theirs else None,
            peer_speech_lost=int(theirs.speech_lost) if theirs else None,
        )

    def _tell(self, at_ms: int, echo: tuple[int, int] | None = None) -> None:
        """A report, unless the last one still waits: an old one is worth nothing."""
        if echo is None and self._theirs:
            echo = self._theirs[1].n, at_ms - self._theirs[0]
        n, lost = self._reports, self._hearing.loss_pm(at_ms)
        report = Report(
            n=n,
            echo=echo[0] if echo else None,
            held_ms=echo[1] if echo else 0,
            received_kbps=self._hearing.received_kbps,
            loss_pm=lost,
            concealed_pm=lost,
            silence_ms=self._silence_ms(at_ms),
            server_rise_ms=self._shaping.backlog_ms(at_ms / 1000),
            at_last_rung=self._ladder.at_last_rung,
            speech_lost=self._ladder.speech_lost,
        )
        if self._leg.send("reports", encode(report), most_waiting_bytes=0):
            self._reports += 1
            self._questions.asked(n, at_ms)

    def _silence_ms(self, at_ms: int) -> int | None:
        arrived_s = self._shaping.arrived_at_s
        return None if arrived_s is None else max(0, at_ms - int(arrived_s * 1000))

    def _now_ms(self) -> int:
        return int(self._loop.time() * 1000)
