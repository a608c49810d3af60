"""One browser: what it sends, its estimate of the line, the reports it exchanges, and the sample its ladder
gets.

Not here: the line (`line`, `hearing`), how the estimate comes about (`estimate`). Windows, ages and formulas
are those of `webclient/src/sample.ts`, `questions.ts` and `rise.ts`.
"""

from __future__ import annotations

from collections import deque
from random import Random
from typing import Final

from signalling.ladder_table import TABLE, Rung, Table
from signalling.ladder_values import Decision, Sample
from signalling.rise import Rise
from signalling.simulate.capacity import Capacity
from signalling.simulate.estimate import LEAST_KBPS, Estimate
from signalling.simulate.hearing import Path
from signalling.simulate.line import LOOK_MS
from signalling.simulate.scene import Name, Person
from signalling.simulate.server import ServerPath
from signalling.simulate.swift import Swift
from signalling.speech import wire_kbps

REPORTS_KBPS: Final = 4
"""Of 22 bytes in SCTP, DTLS, UDP and IP, two a second, and their acknowledgements."""
REPORT_VALID_MS: Final = 2000
ANSWER_VALID_MS: Final = 1000
LONGEST_MS: Final = 4000
"""However many questions get lost, no answer for so long is no chance any more."""
LOSSY_PM: Final = TABLE.limit("lossy")
"""From so much loss on, reports stay frequent without video: as in `webclient/src/quality.ts`."""
TORN_PM: Final = TABLE.limit("torn")
"""The same on the thinnest rungs."""
LITTLE_KBPS: Final = 100
RECENT_MS: Final = 1000
"""Of less that is sent, or by an older report, no share is reckoned: as in `webclient/src/sample.ts`."""
QUEUE_MS: Final = TABLE.limit("queueing")


class Browser:
    """`sends` and `hears` are paths; `look` asks the ladder. Times are of one clock."""

    def __init__(
        self, name: Name, sends: Path, hears: Path, server: ServerPath, random: Random, table: Table
    ) -> None:
        self.name = name
        self.person = Person()
        self.ladder = Swift(table)
        self.sends, self.hears, self.server = sends, hears, server
        self.speaks = True
        self._rungs = {rung.name: rung for rung in table.rungs}
        self._random = random
        self._estimate = Estimate(sends)
        self._sent: deque[float] = deque([0.0] * 4, 4)
        """kbit/s in the four looks of the last 2 s."""
        self._rtt_rise = Rise()
        self._answers: list[tuple[int, float]] = []
        self._answered_at = 0
        self._capacity = Capacity()
        self._mail: list[tuple[float, tuple[int | None, ...]]] = []
        """Reports on their way to this browser, with the time of their arrival."""
        self._told: tuple[int | None, ...] | None = None
        self._told_at = -(1 << 40)
        self._follow(self.ladder.decision)

    def _follow(self, decision: Decision) -> None:
        rung, told = self._rungs[decision.probing or decision.rung], self._rungs[decision.rung]
        self._audio = decision.audio
        self._speech_kbps = wire_kbps(decision.audio) + REPORTS_KBPS
        self._video_kbps = picture_kbps(rung)
        if decision.probing and told.video is None and rung.video and rung.video.try_kbps:
            self._video_kbps = float(rung.video.try_kbps)
        self._moving = rung.video is not None
        self._rests = decision.probing is None and not self._moving
        self._thinnest = not rung.hold_from_kbps

    def send(self) -> None:
        """Half a second of speech, pictures and reports."""
        cap = self._video_kbps if self.person.camera_on else 0.0
        speech = self._speech_kbps
        video = min(cap * self.person.lively, max(LEAST_KBPS, self._estimate.kbps - speech)) if cap else 0.0
        self.sends.carry(speech, video, self._audio, self.speaks and not self.person.muted)
        self._sent.append(speech + video)
        self._estimate.reckon(speech + video, speech + cap)

    @property
    def packet_ms(self) -> int:
        return self._audio.packet_ms

    @property
    def calm(self) -> bool:
        """The next look will be as the last, unless something happens on the line."""
        return self._estimate.steady and self.sends.calm and self.server.calm

    def pass_by(self, at_ms: int, ms: int) -> None:
        """Calm looks until `at_ms` are left out: all that is remembered is as much younger."""
        self.ladder.pass_by(at_ms, ms)
        self.server.pass_by(ms)
        self._told_at += ms
        self._answered_at += ms
        self._capacity.pass_by(ms)
        self._estimate.pass_by(ms)
        self._answers = [(then + ms, rtt) for then, rtt in self._answers]
        self._mail = [(then + ms, told) for then, told in self._mail]

    def move(self, at_ms: int) -> None:
        """The call goes another way. That to the server is its own, and whoever moved is known by it."""
        self.ladder.settle(at_ms)
        self._rtt_rise.forget()
        self._answers.clear()

    def look(self, at_ms: int) -> tuple[Sample, Decision | None]:
        """Measure, and decide."""
        if self._mail:
            self._open_mail(at_ms)
        told = self._told if at_ms - self._told_at <= REPORT_VALID_MS else None
        received, loss, concealed, silence, server_rise, last_rung, lost = told or (None,) * 7
        rise, rtt = self._round_trip(at_ms)
        person, hears = self.person, self.hears
        sample = Sample(
            usable_kbps=self._usable_kbps,
            received_by_peer_kbps=received,
            delivered_pm=self._delivered_pm(at_ms, received),
            capacity_kbps=self._capacity_kbps(at_ms),
            loss_pm=loss,
            loss_in_pm=self._lost_pm,
            rtt_ms=rtt,
            rtt_rise_ms=rise,
            peer_concealed_pm=None if person.muted else concealed,
            concealed_pm=self._concealed_pm,
            silence_ms=hears.silent_ms + 20,
            peer_silence_ms=silence,
            cpu_limited=int(person.hot) if self._video_kbps and person.camera_on else None,
            video_wanted=int(person.camera_on),
            server_rise_ms=self.server.rise_ms(at_ms),
            peer_server_rise_ms=server_rise,
            peer_at_last_rung=last_rung,
            peer_speech_lost=lost,
        )
        if max(loss or 0, self._lost_pm) >= LOSSY_PM or rise >= QUEUE_MS or hears.silent_ms >= 480:
            self.server.probe(at_ms)
        decision = self.ladder.step(at_ms, sample)
        if decision:
            self._follow(decision)
        return sample, decision

    @property
    def _usable_kbps(self) -> int | None:
        """The browser measures it on video, and has none while no video is sent."""
        known = self.person.has_estimate and self.person.camera_on and self._moving
        return int(self._estimate.kbps * 0.85) if known else None

    def _delivered_pm(self, at_ms: int, received: int | None) -> int | None:
        """The peer's last second began and ended before ours: it may tell of either."""
        first, second, third, fourth = self._sent
        sent = min(first + second, third + fourth) / 2
        if received is None or sent < LITTLE_KBPS or at_ms - self._told_at > RECENT_MS:
            return None
        return min(1000, round(1000 * received / sent))

    def _round_trip(self, at_ms: int) -> tuple[int, int]:
        """The least of the answers of the last second; if there is none, of the longer time for which loss
        explains that; then the age of the oldest open question."""
        there, back = self.sends, self.hears
        chance = (1 - there.loss) * (1 - back.loss)
        random = self._random.random
        if chance > 0 and (chance >= 1 or random() < chance or (not self._thin and random() < chance)):
            noise = (there.jitter_ms + back.jitter_ms) * random()
            self._answered_at = at_ms
            self._answers.append(
                (at_ms, there.base_ms + back.base_ms + there.delay_ms + back.delay_ms + noise)
            )
        while self._answers and at_ms - self._answers[0][0] > LONGEST_MS - LOOK_MS:
            del self._answers[0]
        longer_ms = ANSWER_VALID_MS / max(0.001, self._answered_share)
        known = self._answered(at_ms, ANSWER_VALID_MS) or self._answered(at_ms, longer_ms)
        rtt = min(known, default=float(at_ms - self._answered_at))
        return self._rtt_rise.of(at_ms, rtt), int(rtt)

    def _answered(self, at_ms: int, within_ms: float) -> list[float]:
        return [rtt for then, rtt in self._answers if at_ms - then <= within_ms - LOOK_MS]

    @property
    def _answered_share(self) -> float:
        """Of the questions, by the loss that is known of both ways."""
        return (1 - self._lost_pm / 1000) * (1 - ((self._told and self._told[1]) or 0) / 1000)

    def _capacity_kbps(self, at_ms: int) -> int | None:
        wanted = self._rests and (self._thinnest or self.person.camera_on)
        if wanted and self.sends.delay_ms < QUEUE_MS and self._capacity.due(at_ms, self._thinnest):
            self._capacity.ask(at_ms, self.sends, self.hears, self._random.random)
        return self._capacity.kbps(at_ms)

    @property
    def _thin(self) -> bool:
        """Reports go out once in half a second, unless many get lost; then, and beside video, twice."""
        lost_pm = max(self._lost_pm, (self._told and self._told[1]) or 0)
        if self._thinnest:
            return self._rests and (lost_pm < TORN_PM or self.sends.delay_ms >= QUEUE_MS)
        return self._rests and lost_pm < LOSSY_PM

    @property
    def _lost_pm(self) -> int:
        return int(1000 / 4 * sum(self.hears.lost))

    @property
    def _concealed_pm(self) -> int:
        return int(1000 / 4 * sum(self.hears.concealed))

    def report(self, at_ms: int, peer: Browser) -> None:
        """Tell the peer what is heard of it."""
        path, random = self.sends, self._random.random
        loss = path.loss
        if loss and random() < loss and (self._thin or random() < loss):
            return
        hears, ladder = self.hears, self.ladder
        peer._mail.append(
            (
                at_ms + path.base_ms + path.queued_ms,
                (
                    int(sum(hears.received) / 2),
                    self._lost_pm,
                    None if peer.person.muted else self._concealed_pm,
                    hears.silent_ms + 20,
                    self.server.rise_ms(at_ms),
                    int(ladder.at_last_rung),
                    int(ladder.speech_lost),
                ),
            )
        )

    def _open_mail(self, at_ms: int) -> None:
        while self._mail and self._mail[0][0] <= at_ms:
            self._told_at, self._told = at_ms, self._mail.pop(0)[1]


def picture_kbps(rung: Rung) -> float:
    """At most, moving or still."""
    if rung.still:
        return 8 * rung.still.max_bytes / rung.still.every_ms
    return rung.video.max_kbps if rung.video else 0.0
