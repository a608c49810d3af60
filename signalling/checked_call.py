"""A call of two played on a line as a check has measured it: what each of them would measure, and what holds.

Not here: the measured line (`line_record`), what speech costs and what copies repair (`speech`), the word
that follows (`verdict`). Both follow the ladder twice a second, as browsers do; one sends over the one
direction of the line, the other over the other.
"""

from __future__ import annotations

from typing import Final

from signalling.ladder import Ladder
from signalling.ladder_table import Rung, Table
from signalling.ladder_values import Sample
from signalling.line_record import SECOND_MS, Record
from signalling.speech import wire_kbps

LOOK_MS: Final = 500
PLAYED_MS: Final = 90_000
"""Long enough for hd to be earned, and for a failed try to be tried again."""
JUDGED_FROM_MS: Final = 45_000
QUESTION_EVERY_MS: Final = 250
"""Reports, and the questions in them, go so often beside video and where packets get lost."""
OVERLOADED_MS: Final = 400
"""How far a queue rises where more is sent than fits."""
USABLE_PM: Final = 850
"""Of an estimate, as in `webclient/src/sample.ts`."""
HEAVY_LOSS_PM: Final = 100
"""From here on loss alone drives Chromium's estimate. TCP was seen at 90 and at 21,500 kbit/s there."""
DRIVEN_KBPS_PM: Final = 8_000
"""Chromium's estimate beside speech, times the loss beyond `HEAVY_LOSS_PM`. A minute into calls on open
lines it stood at 70 and 108 kbit/s where 20 % were lost, at 30 to 75 where 25 % were, in bursts (150)."""


def worst_rung(up: Record, down: Record, table: Table) -> int:
    """The place in the table of the worst rung that either needs, once the call has found its feet."""
    here, there = Side(up, table), Side(down, table)
    worst = 0
    for at_ms in range(0, PLAYED_MS, LOOK_MS):
        samples = here.sample(at_ms, there), there.sample(at_ms, here)
        for side, sample in zip((here, there), samples, strict=True):
            side.ladder.step(at_ms, sample)
            if at_ms >= JUDGED_FROM_MS:
                worst = max(worst, side.at)
    return worst


class Side:
    """One of the two: what its ladder decides goes out over `line`."""

    def __init__(self, line: Record, table: Table) -> None:
        self.line = line
        self.ladder = Ladder(table)
        self._table = table
        self._carries_kbps = carries_kbps(line)

    @property
    def at(self) -> int:
        """The rung that holds, as its place in the table."""
        return self._table.index(self.ladder.decision.rung)

    def sample(self, at_ms: int, other: Side) -> Sample:
        """What this side measures while both send what they have decided."""
        out, back, squeezed_pm = self.line.look(at_ms), other.line.look(at_ms), self._squeezed_pm
        return Sample(
            usable_kbps=self._usable_kbps,
            received_by_peer_kbps=self._arrives_kbps * (1000 - out.loss_pm) // 1000,
            capacity_kbps=None if self._sends.video else self._carries_kbps,
            loss_pm=min(1000, out.loss_pm + squeezed_pm),
            rtt_rise_ms=self._rtt_rise_ms(at_ms, other),
            peer_concealed_pm=self._made_up_pm(at_ms),
            concealed_pm=other._made_up_pm(at_ms),
            silence_ms=back.silence_ms,
            peer_silence_ms=out.silence_ms,
            cpu_limited=0,
            video_wanted=1,
            peer_at_last_rung=int(other.ladder.at_last_rung),
            peer_speech_lost=int(other.ladder.speech_lost),
        )

    def _rtt_rise_ms(self, at_ms: int, other: Side) -> int:
        """Of a second's shortest round trip; where none was answered, the age of the oldest open question."""
        for asked_ms in range(at_ms, at_ms - PLAYED_MS, -QUESTION_EVERY_MS):
            if self.line.arrives(asked_ms) and other.line.arrives(asked_ms):
                unanswered_ms = at_ms - asked_ms
                break
        else:
            return PLAYED_MS
        if unanswered_ms > SECOND_MS:
            return unanswered_ms - QUESTION_EVERY_MS
        rises_ms = self.line.look(at_ms).rise_ms + other.line.look(at_ms).rise_ms
        return rises_ms + self._queued_ms + other._queued_ms

    @property
    def _sends(self) -> Rung:
        decision = self.ladder.decision
        return self._table.rungs[self._table.index(decision.probing or decision.rung)]

    @property
    def _speech_kbps(self) -> int:
        return round(wire_kbps(self.ladder.decision.audio))

    @property
    def _most_kbps(self) -> int:
        video = self._sends.video
        return self._speech_kbps + (video.max_kbps if video else 0)

    @property
    def _arrives_kbps(self) -> int:
        """But for what is lost at random: video keeps to its estimate, and the line to what it carries."""
        estimate = estimate_kbps(self.line, self._speech_kbps)
        if estimate is None:
            return self._most_kbps
        kept = min(self._most_kbps, self._speech_kbps + estimate)
        return kept if self._carries_kbps is None else min(kept, self._carries_kbps)

    @property
    def _usable_kbps(self) -> int | None:
        """Known while video is sent; of the line beside speech, and speech beside it."""
        estimate = estimate_kbps(self.line, self._speech_kbps)
        if estimate is None or not self._sends.video:
            return None
        return estimate * USABLE_PM // 1000 + self._speech_kbps

    @property
    def _queued_ms(self) -> int:
        """Video adapts within its rung; below what that needs, a queue fills. A still comes in one burst."""
        carries, sends = self._carries_kbps, self._sends
        if carries is None:
            return 0
        is_thin = carries * USABLE_PM // 1000 < sends.hold_from_kbps
        too_much = is_thin and (self._most_kbps > carries or sends.still is not None)
        return OVERLOADED_MS if too_much or self._speech_kbps > carries else 0

    @property
    def _squeezed_pm(self) -> int:
        """Of speech, what does not fit even alone."""
        if self._carries_kbps is None:
            return 0
        return 1000 * max(0, self._speech_kbps - self._carries_kbps) // self._speech_kbps

    def _made_up_pm(self, at_ms: int) -> int:
        lost_pm = self.line.concealed_pm(at_ms, self.ladder.decision.audio)
        return min(1000, lost_pm + self._squeezed_pm)


def carries_kbps(line: Record) -> int | None:
    """What fits, if that is known: not under heavy loss, unless packets alone were too much for the line."""
    return None if _is_torn(line) else line.kbps


def estimate_kbps(line: Record, speech_kbps: int) -> int | None:
    """What Chromium would come to think of the line beside speech; None where no speed was measured."""
    if _is_torn(line):
        return DRIVEN_KBPS_PM // (line.lost_pm - HEAVY_LOSS_PM)
    return None if line.kbps is None else max(0, line.kbps - speech_kbps)


def _is_torn(line: Record) -> bool:
    return line.lost_pm > HEAVY_LOSS_PM and not line.is_thin
