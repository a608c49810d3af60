"""A model of two people's lines with a ladder at each end: hours of a call in seconds.

Not here: truth. The model knows a rate, a drop-tail queue, random loss and a sender's estimate that behaves
as Chromium's was seen to (docs/decisions/0003); what it says is checked against real browsers. It serves to
try out a table and to count what must never happen. `python -m signalling.simulate [NAME]` prints a call.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from signalling.ladder import Ladder
from signalling.ladder_table import TABLE, Audio, Table
from signalling.ladder_values import Decision, Sample

TICK_MS: Final = 100
LOOK_TICKS: Final = 5
DAMAGE_TICKS: Final = 20
"""Concealment and loss are measured over 2 s."""
HEADERS_KBPS: Final = 27
"""IP, UDP and RTP at 50 packets a second (20 ms each), between IPv4 and IPv6."""
QUEUE_MS: Final = 400


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time on one line: `kbps` 0 is an outage."""

    for_ms: int
    kbps: int
    loss_pm: int = 0


@dataclass(slots=True)
class Path:
    """One direction: what is sent into it, what stands in its queue, what speech suffers."""

    random: Random
    estimate_kbps: float = 980
    queue_ms: float = 0
    sent_kbps: float = 0
    received_kbps: float = 0
    silent_ms: int = 0
    cap_kbps: int = 0
    lost: list[float] = field(default_factory=list)
    concealed: list[float] = field(default_factory=list)

    def tick(self, phase: Phase, audio: Audio, cap_kbps: int) -> None:
        """Send for a tenth of a second, at most `cap_kbps` of pictures."""
        if phase.kbps == 0:
            self._dark()
            return
        self.silent_ms = 0
        speech = audio.kbps * (2 if audio.red else 1) + HEADERS_KBPS * 20 // audio.packet_ms
        video = min(cap_kbps, max(30.0, self.estimate_kbps - speech)) if cap_kbps else 0.0
        queued_before, overflow = self.queue_ms, self._queue(speech + video, phase.kbps)
        self.received_kbps = min(speech + video, phase.kbps) * (1 - phase.loss_pm / 1000)
        self._estimate(speech + video, cap_kbps + speech, phase)
        random_loss = phase.loss_pm / 1000 * self.random.uniform(0.5, 1.5)
        heard_loss = random_loss**2 if audio.red else random_loss * 0.5
        late = max(0.0, self.queue_ms - queued_before - 20) / TICK_MS
        self._note(random_loss + overflow, min(1.0, heard_loss + overflow + late))

    def _dark(self) -> None:
        self.silent_ms += TICK_MS
        self.received_kbps = 0
        self._note(1.0, 0.0)

    def _queue(self, sent_kbps: float, rate_kbps: int) -> float:
        """Fill or drain the queue; returns the share of packets that found it full."""
        wanted_ms = self.queue_ms + (sent_kbps - rate_kbps) * TICK_MS / rate_kbps
        self.queue_ms = min(max(0.0, wanted_ms), QUEUE_MS)
        return max(0.0, wanted_ms - QUEUE_MS) / TICK_MS * rate_kbps / sent_kbps

    def _estimate(self, sent_kbps: float, allowed_kbps: int, phase: Phase) -> None:
        """Down to what arrives when a queue grows; up by 8 % a second, or at once when little is sent."""
        raised = allowed_kbps > self.cap_kbps
        self.cap_kbps = allowed_kbps
        if self.queue_ms > 40:
            self.estimate_kbps = min(self.estimate_kbps, 0.85 * phase.kbps)
        elif raised and self.sent_kbps < 0.65 * self.estimate_kbps:
            self.estimate_kbps = min(2.0 * allowed_kbps, max(self.estimate_kbps, 0.95 * phase.kbps))
        elif self.estimate_kbps < 1.5 * sent_kbps + 10:
            self.estimate_kbps *= 1.008
        self.sent_kbps = sent_kbps
        if phase.loss_pm > 100:
            self.estimate_kbps = min(self.estimate_kbps, 75_000 / (phase.loss_pm - 50))

    def _note(self, lost: float, concealed: float) -> None:
        self.lost = [*self.lost, lost][-DAMAGE_TICKS:]
        self.concealed = [*self.concealed, concealed][-DAMAGE_TICKS:]


@dataclass(slots=True)
class End:
    """One person: the path away from them and the ladder that decides what goes into it."""

    path: Path
    ladder: Ladder
    video_wanted: bool = True

    def tick(self, phase: Phase, table: Table) -> None:
        decision = self.ladder.decision
        rung = table.rungs[table.index(decision.probing or decision.rung)]
        cap_kbps = rung.video.max_kbps if rung.video and self.video_wanted else 0
        self.path.tick(phase, decision.audio, cap_kbps)

    def sample(self, peer: End) -> Sample:
        """What this end would measure and be told now."""
        here, there = self.path, peer.path
        told = here.silent_ms < 1000 and there.silent_ms < 1000
        rise_ms = round(here.queue_ms + there.queue_ms) + max(here.silent_ms, there.silent_ms)
        return Sample(
            usable_kbps=round(here.estimate_kbps * 0.85),
            received_by_peer_kbps=round(here.received_kbps) if told else None,
            loss_pm=_per_mille(here.lost) if told else None,
            rtt_ms=40 + rise_ms,
            rtt_rise_ms=rise_ms,
            peer_concealed_pm=_per_mille(here.concealed) if told else None,
            concealed_pm=_per_mille(there.concealed),
            silence_ms=there.silent_ms,
            peer_silence_ms=here.silent_ms if there.silent_ms < 1000 else None,
            cpu_limited=0,
            video_wanted=int(self.video_wanted),
            peer_at_last_rung=int(peer.ladder.at_last_rung) if told else None,
            peer_speech_lost=int(peer.ladder.speech_lost) if told else None,
        )


def simulate(
    phases: Sequence[Phase], *, seed: int = 0, table: Table = TABLE
) -> Iterator[tuple[str, Decision]]:
    """A call on a line that is the same both ways: each decision with the name of its end, "ann" or "ben"."""
    random = Random(seed)
    ends = {name: End(Path(random), Ladder(table)) for name in ("ann", "ben")}
    peers = {"ann": ends["ben"], "ben": ends["ann"]}
    at_ms = 0
    for phase in phases:
        for tick in range(phase.for_ms // TICK_MS):
            for end in ends.values():
                end.tick(phase, table)
            at_ms += TICK_MS
            for name, end in ends.items():
                decision = end.ladder.step(at_ms, end.sample(peers[name])) if tick % LOOK_TICKS == 0 else None
                if decision:
                    yield name, decision


def _per_mille(shares: Sequence[float]) -> int:
    return round(1000 * sum(shares) / max(1, len(shares)))


CALLS: Final[dict[str, Sequence[Phase]]] = {
    "clean": [Phase(60_000, 5000)],
    "thin": [Phase(20_000, 2000), Phase(30_000, 60), Phase(60_000, 2000)],
    "steps": [Phase(30_000, kbps) for kbps in (2000, 500, 150, 60, 25, 2000)],
    "square": [Phase(20_000, 3000), Phase(20_000, 300)] * 8,
    "blackout": [Phase(20_000, 2000), Phase(15_000, 0), Phase(40_000, 2000)],
    "lossy": [Phase(20_000, 3000), Phase(60_000, 3000, loss_pm=200)],
}


def main(names: Sequence[str]) -> None:
    for name in names or CALLS:
        sys.stdout.write(
            f"{name}: {' '.join(f'{each.for_ms // 1000}s@{each.kbps}' for each in CALLS[name])}\n"
        )
        for end, made in simulate(CALLS[name]):
            if made.reason in ("audio", "whose"):
                continue
            extra = (
                f" (try {made.probing})"
                if made.probing
                else f" (warns of {made.warning})"
                if made.warning
                else ""
            )
            sys.stdout.write(f"  {made.at_ms / 1000:6.1f} s  {end}  {made.rung}{extra}: {made.reason}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
