"""What the ladder never does, on any history of samples: hypothesis looks for one that breaks a promise.

Not here: single traces and their exact decisions (`test_ladder`), lines that behave as lines do
(`test_simulate`). Histories are stretches of a clean line with some metrics at, just below or just above a
limit of the table.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.ladder import Ladder
from signalling.ladder_table import TABLE, Pin
from signalling.ladder_values import Decision, Sample
from tests.ladder_limits import CLEAN, LENGTHS, LIMITS

EVERY_MS = 500
CLIMB = TABLE.climb
PHONE = len(TABLE.rungs) - 1
PLACES = {rung.name: at for at, rung in enumerate(TABLE.rungs)}
FALLS = {rule.reason for rule in TABLE.falls}
HELD_LOOKS = 20
"""10 s."""

seeded = settings(derandomize=True, deadline=None, max_examples=100)
few = settings(derandomize=True, deadline=None, max_examples=12)
changes = st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in LIMITS.items()})
stretches = st.tuples(changes, st.sampled_from(LENGTHS))


def played(parts: list[tuple[dict[str, int | None], int]]) -> list[Sample]:
    return [msgspec.structs.replace(CLEAN, **changed) for changed, count in parts for _ in range(count)]


histories = st.lists(stretches, min_size=1, max_size=16).map(played)
starts = st.sampled_from([rung.name for rung in TABLE.rungs[:-1]])

GOOD = CLEAN
BAD = msgspec.structs.replace(CLEAN, usable_kbps=200, rtt_rise_ms=300, received_by_peer_kbps=150)
BROKEN = msgspec.structs.replace(CLEAN, peer_concealed_pm=200)
waves = st.lists(
    st.tuples(st.sampled_from([GOOD, BAD, BROKEN]), st.integers(1, 120)), min_size=4, max_size=14
).map(lambda parts: [sample for sample, count in parts for _ in range(count)])
"""A line that comes and goes, a few seconds to a minute at a time."""


@dataclass(frozen=True)
class Step:
    at_ms: int
    sample: Sample
    decision: Decision
    """What held afterwards, new or not."""
    new: bool

    @property
    def rung(self) -> int:
        return PLACES[self.decision.rung]

    @property
    def was(self) -> int:
        return PLACES[self.decision.previous] if self.new else self.rung

    @property
    def fell(self) -> bool:
        return self.rung > self.was


def steps(history: list[Sample], start: str = "sd", pins: dict[int, str] | None = None) -> list[Step]:
    """Every look; `pins` are set before the look of that number."""
    ladder, seen = Ladder(start=start), []
    for at, sample in enumerate(history):
        if pins and at in pins:
            ladder.pin(pins[at])
        decision = ladder.step(at * EVERY_MS, sample)
        seen.append(Step(at * EVERY_MS, sample, ladder.decision, decision is not None))
    return seen


UNJUDGED = set(Sample.__struct_fields__) - {
    "usable_kbps", "received_by_peer_kbps", "loss_pm", "rtt_ms", "rtt_rise_ms", "peer_concealed_pm",
    "concealed_pm", "silence_ms", "peer_silence_ms", "cpu_limited", "video_wanted", "server_rise_ms",
    "peer_server_rise_ms", "peer_at_last_rung", "peer_speech_lost",
}  # fmt: skip
"""Metrics that came later than these promises: of them a line that holds shows what a clean one does."""


def holds(sample: Sample, rung: int) -> bool:
    """By its own evidence the line carries that rung, and speech is whole."""
    if any(getattr(sample, name) != getattr(CLEAN, name) for name in UNJUDGED):
        return False
    known = max(sample.usable_kbps or 0, sample.received_by_peer_kbps or 0)
    whole = all(
        value is not None and value < limit
        for value, limit in (
            (sample.peer_concealed_pm, 30),
            (sample.rtt_rise_ms, 80),
            (sample.silence_ms, 1000),
            (sample.peer_silence_ms, 1000),
        )
    )
    arrives = sample.delivered_pm is None or sample.delivered_pm >= 400
    return whole and arrives and known >= TABLE.rungs[rung].hold_from_kbps and not sample.cpu_limited


@seeded
@given(histories, starts)
def test_never_below_what_the_line_held_for_10_s(history: list[Sample], start: str) -> None:
    last: deque[Sample] = deque(maxlen=HELD_LOOKS)
    for step in steps(history, start):
        last.append(step.sample)
        if step.fell and step.rung != PHONE and len(last) == HELD_LOOKS:
            assert not all(holds(sample, step.was) for sample in last)


@seeded
@given(histories, starts)
def test_a_fall_needs_more_than_one_bad_look(history: list[Sample], start: str) -> None:
    before: Step | None = None
    for step in steps(history, start):
        if step.fell and before and step.decision.reason != "peer":
            assert not holds(before.sample, step.was) or not holds(step.sample, step.was)
            assert step.sample != CLEAN
        before = step


@seeded
@given(histories, starts)
def test_never_two_changes_within_a_dwell(history: list[Sample], start: str) -> None:
    """A fall awaits its rule's dwell after any change, a climb for `between_ms`, the telephone for none."""
    shortest: dict[str, int] = {}
    for rule in TABLE.falls:
        shortest[rule.reason] = min(rule.dwell_ms, shortest.get(rule.reason, rule.dwell_ms))
    changed = [step for step in steps(history, start) if step.rung != step.was]
    for earlier, later in pairwise(changed):
        apart_ms = later.at_ms - earlier.at_ms
        if later.fell and later.rung != PHONE:
            assert apart_ms >= shortest[later.decision.reason]
        if not later.fell and later.was != PHONE:
            assert apart_ms >= CLIMB.between_ms


@seeded
@given(waves, starts)
def test_each_failure_makes_the_next_try_wait_longer_up_to_two_minutes(
    history: list[Sample], start: str
) -> None:
    """From a failed probe to the next try: 5 s, and twice as long each time, until something holds."""
    wait_ms, ended_ms = 0, None
    probing = None
    for step in steps(history, start):
        decision = step.decision
        if decision.probing and not probing and ended_ms is not None:
            assert step.at_ms - ended_ms >= wait_ms
        if step.new and decision.reason == "probe_failed":
            wait_ms = min(CLIMB.max_wait_ms, wait_ms * CLIMB.failed_times) or CLIMB.wait_ms
            ended_ms = step.at_ms
        elif step.rung != step.was:
            wait_ms, ended_ms = 0, None
        probing = decision.probing


@seeded
@given(waves, starts)
def test_a_picture_that_went_comes_back_no_sooner_than_the_wait(history: list[Sample], start: str) -> None:
    fell_ms, soon = None, 0
    climbed_ms: int | None = None
    for step in steps(history, start):
        if step.decision.probing and fell_ms is not None:
            assert step.at_ms - fell_ms >= soon
        if step.fell and step.rung != PHONE:
            relapsed = climbed_ms is not None and step.at_ms - climbed_ms < CLIMB.relapse_ms
            soon = min(CLIMB.max_wait_ms, max(CLIMB.wait_ms, soon * CLIMB.relapse_times if relapsed else 0))
            fell_ms, climbed_ms = step.at_ms, None
        elif step.rung < step.was:
            if step.was == PHONE:
                soon, climbed_ms = 0, None
            else:
                climbed_ms = step.at_ms
            fell_ms = None


@seeded
@given(waves)
def test_the_rung_turns_no_more_often_than_the_waits_allow(history: list[Sample]) -> None:
    """Between two falls with a climb between them lie the shortest wait, a try and its proof."""
    proof_ms = min(rule.for_ms for rule in CLIMB.proven)
    falls = []
    climbed = True
    for step in steps(history, "hd"):
        if step.fell and step.rung != PHONE and climbed:
            falls.append(step.at_ms)
            climbed = False
        elif step.rung < step.was:
            climbed = True
    assert all(b - a >= CLIMB.wait_ms + proof_ms for a, b in pairwise(falls))


@few
@given(st.integers(1, 40), st.integers(1, 40))
def test_a_square_wave_is_soon_left_alone(bad_looks: int, good_looks: int) -> None:
    """However the line swings, at most one try in two minutes is left after the first few."""
    wave = ([GOOD] * good_looks + [BAD] * bad_looks) * (3600 // (good_looks + bad_looks))
    tries = [step.at_ms for step in steps(wave, "sd") if step.new and step.decision.reason == "probe"]
    late = [at_ms for at_ms in tries if at_ms > 900_000]
    rung_held = good_looks * EVERY_MS >= CLIMB.relapse_ms
    assert rung_held or len(late) <= 2 + len(TABLE.rungs) * (len(wave) * EVERY_MS - 900_000) // 120_000


@seeded
@given(histories, starts)
def test_when_everything_goes_missing_nothing_moves(history: list[Sample], start: str) -> None:
    """Whatever was on its way, looks without data take it no further."""
    ladder = Ladder(start=start)
    for at, sample in enumerate(history):
        ladder.step(at * EVERY_MS, sample)
    rung = ladder.decision.rung
    for at in range(len(history), len(history) + 100):
        decision = ladder.step(at * EVERY_MS, Sample())
        assert decision is None or (decision.rung, decision.warning) == (rung, None)


missing = st.lists(
    st.tuples(st.sets(st.sampled_from(sorted(Sample.__struct_fields__))), st.sampled_from(LENGTHS)),
    min_size=1,
    max_size=16,
).map(lambda parts: [(dict.fromkeys(names), count) for names, count in parts])


@seeded
@given(missing.map(played), starts)
def test_what_is_not_known_takes_nothing_from_a_line_that_is_otherwise_clean(
    history: list[Sample], start: str
) -> None:
    for step in steps(history, start):
        assert not step.fell
        assert (step.decision.warning, step.decision.phone, step.decision.whose) == (None, "hidden", "none")


UNUSABLE = {"silence_ms": (1000, 4000), "peer_silence_ms": (1000, 4000)} | dict.fromkeys(
    ("concealed_pm", "peer_concealed_pm"), (250, 5000)
)
"""From which value on speech is unusable, and how long before there is a prompt (goal G13)."""


def unusable(seen: list[Sample]) -> bool:
    """One direction has been silent, or a quarter of it made up, for as long as that takes."""
    return any(
        len(recent) > for_ms // EVERY_MS and all((getattr(sample, name) or 0) >= least for sample in recent)
        for name, (least, for_ms) in UNUSABLE.items()
        for recent in [seen[-for_ms // EVERY_MS - 1 :]]
    )


troubles = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {
                "peer_at_last_rung": st.sampled_from([None, 0, 1]),
                "peer_speech_lost": st.sampled_from([0, 0, 1]),
            },
            optional={
                name: st.sampled_from([None, least - 1, least]) for name, (least, _) in UNUSABLE.items()
            },
        ),
        st.integers(1, 24),
    ),
    min_size=1,
    max_size=8,
).map(played)
"""Speech comes and goes at the limits of what can be understood, for up to 12 s at a time."""


@seeded
@given(st.one_of(troubles, histories), st.sampled_from(["hd", "survival"]))
def test_the_telephone_comes_only_when_speech_is_unusable(history: list[Sample], start: str) -> None:
    """By this side's own evidence or the peer's; and where it is unusable for 9 s, it has come."""
    seen: list[Sample] = []
    before = "hidden"
    for step in steps(history, start):
        seen.append(step.sample)
        now = step.decision.phone
        if now == "offered" != before:
            assert unusable(seen) or step.sample.peer_speech_lost
        if all(len(seen) > 18 and (sample.peer_concealed_pm or 0) >= 250 for sample in seen[-19:]):
            assert now == "offered"
        before = now


@seeded
@given(histories, starts)
def test_the_telephone_goes_only_when_both_are_known_to_hear(history: list[Sample], start: str) -> None:
    for step in steps(history, start):
        if step.was == PHONE != step.rung:
            sample = step.sample
            assert sample.silence_ms is not None
            assert sample.silence_ms < 1000
            assert sample.peer_silence_ms is not None
            assert sample.peer_silence_ms < 1000
            assert (sample.concealed_pm or 0) < 150
            assert not sample.peer_speech_lost


pinned = st.dictionaries(st.integers(0, 80), st.sampled_from(sorted(TABLE.pins)), max_size=5)


def within(pin: Pin, rung: int) -> bool:
    best = PLACES[pin.ceiling] if pin.ceiling else 0
    worst = PLACES[pin.floor] if pin.floor else PHONE - 1
    return rung == PHONE or best <= rung <= worst


@seeded
@given(histories, starts, pinned)
def test_a_pin_holds_from_the_next_look_on(history: list[Sample], start: str, pins: dict[int, str]) -> None:
    pin = TABLE.pins["none"]
    for at, step in enumerate(steps(history, start, pins)):
        pin = TABLE.pins[pins[at]] if at in pins else pin
        assert within(pin, step.rung)
        tried = step.decision.probing
        assert tried is None or within(pin, PLACES[tried])


MIRRORED = {
    "concealed_pm": "peer_concealed_pm",
    "silence_ms": "peer_silence_ms",
    "server_rise_ms": "peer_server_rise_ms",
}


OTHER = {"mine": "theirs", "theirs": "mine"}


def mirrored(sample: Sample) -> Sample:
    """The same moment as the peer sees it: damage and server the other way round, loss and delay the same."""
    swapped: dict[str, int | None] = {}
    for mine, theirs in MIRRORED.items():
        swapped[mine], swapped[theirs] = getattr(sample, theirs), getattr(sample, mine)
    return msgspec.structs.replace(sample, **swapped)


def sides(history: list[Sample], seen_there: list[Sample]) -> list[tuple[str, str]]:
    """The side that each of the two screens names, look by look."""
    return [
        (here.decision.whose, there.decision.whose)
        for here, there in zip(steps(history), steps(seen_there), strict=True)
    ]


@seeded
@given(histories)
def test_two_screens_that_know_the_same_name_the_same_side(history: list[Sample]) -> None:
    for mine, theirs in sides(history, [mirrored(sample) for sample in history]):
        assert theirs == OTHER.get(mine, mine)


@seeded
@given(histories, st.sampled_from(LIMITS["loss_pm"]))
def test_a_loss_that_only_one_of_them_sees_never_makes_them_accuse_each_other(
    history: list[Sample], loss_pm: int | None
) -> None:
    there = [msgspec.structs.replace(mirrored(sample), loss_pm=loss_pm) for sample in history]
    assert {("mine", "mine"), ("theirs", "theirs")}.isdisjoint(sides(history, there))
