"""What a checked line would hold, told by the ladder that calls follow, and the one thing to do about it.

Not here: measuring and its units (`line_record`), words for people (`webclient/src/ui/words/check.ts`). A
call is played through on the measured line: the ladder sees, twice a second, what it would see there, and
the verdict is the worst rung it needs once it has found its feet.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from signalling.ladder import Ladder
from signalling.ladder_table import TABLE, Audio, Rung, Table
from signalling.ladder_values import Decision, Sample
from signalling.line_record import DEEPEST_MS, EVERY_MS, Figures, Record
from signalling.protocol import Readiness

Remedy = Literal["none", "nearer", "others", "voice_first", "telephone", "network", "microphone"]
"""`nearer`: to the router, or a cable; `others`: what else uses the line; `network`: another network."""

LOOK_MS: Final = 500
PLAYED_MS: Final = 90_000
"""Long enough for hd to be earned, and for a failed try to be tried again."""
JUDGED_FROM_MS: Final = 45_000
HEADERS_KBIT_MS: Final = 27 * 20
"""IP, UDP and RTP: 27 kbit/s, between IPv4 and IPv6, where a packet holds 20 ms."""
OVERLOADED_MS: Final = 400
"""How far a queue rises where more is sent than fits."""
HEAVY_LOSS_PM: Final = 100
"""From here on loss alone drives Chromium's estimate (docs/decisions/0003), and TCP's speed says little."""
LOSSY_PM: Final = 20
WORTH_A_WORD_PM: Final = 60
"""A call with sound sent twice bears this much, and is better without."""
STANDING_MS: Final = TABLE.limit("queueing")
"""A queue that stands while little more than speech is sent: somebody else fills it."""


class Direction(msgspec.Struct, frozen=True, rename="camel"):
    """One way over the line."""

    loss_pm: int
    jitter_ms: int
    reordered_pm: int
    kbps: int | None


class Verdict(msgspec.Struct, frozen=True, rename="camel"):
    """`rung` is what a call would hold today, the worse of both directions."""

    readiness: Readiness
    rung: str
    remedy: Remedy
    up: Direction
    down: Direction


def judge(figures: Figures, table: Table = TABLE) -> Verdict:
    """The verdict on one check."""
    up = Record(figures.up, figures.up_kbps, figures.every_ms)
    down = Record(figures.down, figures.down_kbps, figures.every_ms)
    usable = figures.connected and figures.socket and not up.is_dead and not down.is_dead
    phone = len(table.rungs) - 1
    at = max(holds(up, down, table), holds(down, up, table)) if usable else phone
    readiness = _readiness(at, figures, table)
    remedy = _remedy(readiness, phone - at, figures, (up, down)) if usable else "network"
    return Verdict(readiness, table.rungs[at].name, remedy, _direction(up), _direction(down))


def holds(here: Record, there: Record, table: Table = TABLE) -> int:
    """The place in the table of the worst rung that a sender needs, once the call has found its feet."""
    ladder, worst = Ladder(table), 0
    for at_ms in range(0, PLAYED_MS, LOOK_MS):
        ladder.step(at_ms, seen(at_ms, here, there, ladder.decision, table))
        if at_ms >= JUDGED_FROM_MS:
            worst = max(worst, table.index(ladder.decision.rung))
    return worst


def seen(at_ms: int, here: Record, there: Record, decision: Decision, table: Table = TABLE) -> Sample:
    """What a sender on this line would measure while it sends what it has decided."""
    rung, kbps = table.rungs[table.index(decision.probing or decision.rung)], _rate(here)
    speech = spoken_kbps(decision.audio)
    sent = speech + (rung.video.max_kbps if rung.video else 0)
    queued_ms = OVERLOADED_MS if kbps is not None and _overloads(rung, speech, sent, kbps) else 0
    squeezed_pm = 1000 * max(0, speech - kbps) // speech if kbps is not None else 0
    out, back, red = here.look(at_ms), there.look(at_ms), decision.audio.copies > 0
    return Sample(
        usable_kbps=None if kbps is None else kbps * 85 // 100,
        received_by_peer_kbps=None if kbps is None else min(sent, kbps),
        loss_pm=min(1000, out.loss_pm + squeezed_pm),
        rtt_rise_ms=out.rise_ms + back.rise_ms + queued_ms,
        peer_concealed_pm=min(1000, (out.concealed_red_pm if red else out.concealed_pm) + squeezed_pm),
        concealed_pm=back.concealed_red_pm if red else back.concealed_pm,
        silence_ms=back.silence_ms,
        peer_silence_ms=out.silence_ms,
        cpu_limited=0,
        video_wanted=1,
    )


def spoken_kbps(audio: Audio) -> int:
    """What speech takes on the wire."""
    return audio.kbps * (1 + audio.copies) + HEADERS_KBIT_MS // audio.packet_ms


def _overloads(rung: Rung, speech: int, sent: int, kbps: int) -> bool:
    """Video adapts within its rung; below what the rung needs, a queue fills. A still comes in one burst."""
    is_thin = kbps * 85 // 100 < rung.hold_from_kbps
    return speech > kbps or (is_thin and (sent > kbps or rung.still is not None))


def _rate(record: Record) -> int | None:
    """What the line carries; under heavy loss what Chromium's estimate was seen to allow, if that is more."""
    if record.kbps is None or record.lost_pm <= HEAVY_LOSS_PM:
        return record.kbps
    return max(record.kbps, 75_000 // (record.lost_pm - 50))


def _readiness(at: int, figures: Figures, table: Table) -> Readiness:
    if at == len(table.rungs) - 1 or figures.microphone == "none":
        return "not_ready"
    return "good" if at <= table.index(table.start) and figures.microphone == "heard" else "weak"


def _remedy(readiness: Readiness, left: int, figures: Figures, records: tuple[Record, Record]) -> Remedy:
    """What is most in the way comes first. `left` counts the rungs there are above the telephone's."""
    if left == 0:
        return "telephone"
    if figures.microphone != "heard":
        return "microphone"
    if readiness == "good":
        return "nearer" if any(record.lost_pm >= WORTH_A_WORD_PM for record in records) else "none"
    # Where the check's own packets filled a queue, nobody else is to be blamed for it.
    if figures.every_ms == EVERY_MS and any(record.delay_ms(500) >= STANDING_MS for record in records):
        return "others"
    lossy = any(record.lost_pm >= LOSSY_PM or record.buffer_ms >= DEEPEST_MS for record in records)
    if lossy:
        return "nearer"
    return "voice_first" if left > 1 else "telephone"


def _direction(record: Record) -> Direction:
    return Direction(record.lost_pm, record.jitter_ms, record.reordered_pm, record.kbps)
