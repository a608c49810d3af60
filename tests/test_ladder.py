"""The ladder keeps its promises, on the shared traces and on any trace.

Not here: whether the browser's ladder does the same (`test_ladder_twins`).
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling import replay
from signalling.ladder import GROWTH, Ladder
from signalling.ladder_table import TABLE, Rule, parse
from signalling.ladder_values import Decision, Sample
from tests.ladder_limits import CLEAN, LENGTHS, LIMITS

ROOT = Path(__file__).parents[1]
VECTORS = ROOT / "tests" / "vectors" / "ladder.json"
TRACES = replay.read(VECTORS)

EVERY_MS = 500
EXAMPLES = 50
BLIND = Sample()
STATE = ("rung", "audio", "phone", "whose")


def run(ladder: Ladder, samples: list[Sample], start_ms: int = 0) -> list[Decision]:
    """The decisions along samples that follow each other at 2 Hz."""
    steps = (ladder.step(start_ms + EVERY_MS * at, sample) for at, sample in enumerate(samples))
    return [decision for decision in steps if decision]


def state(decision: Decision) -> list[object]:
    return [getattr(decision, name) for name in STATE]


# --- the table ---


def signs_of(rule: Rule) -> set[str]:
    return {*rule.all, *rule.any, *rule.none}


def test_every_sign_of_a_rule_is_in_the_table_and_every_sign_is_used() -> None:
    used = set().union(*(signs_of(rule) for rule in (*TABLE.rules(), *TABLE.climb.proven)))
    used |= {*TABLE.climb.barred, *TABLE.climb.unseen, *TABLE.settling.after, *TABLE.phone.joint}
    used |= {rung.tries_when for rung in TABLE.rungs if rung.tries_when}
    assert used == set(TABLE.signs)


def test_every_metric_is_measured_or_made_by_the_ladder() -> None:
    measured = set(Sample.__struct_fields__) | set(GROWTH) | {"at_last_rung"}
    assert measured == set(TABLE.metrics)
    assert {sign.metric for sign in TABLE.signs.values()} <= measured


def test_a_sign_of_one_number_tells_it_and_one_of_the_rungs_own_does_not() -> None:
    assert TABLE.limit("queueing") == TABLE.signs["queueing"].limit
    with pytest.raises(ValueError, match="hold_from_kbps"):
        TABLE.limit("thin")


def test_rules_have_names_of_their_own() -> None:
    names = [rule.name for rule in TABLE.rules()]
    assert len(names) == len(set(names))


def test_every_number_says_why_and_is_an_integer() -> None:
    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [number for each in value.values() for number in numbers(each)]
        if isinstance(value, list):
            return [number for each in value for number in numbers(each)]
        return [value] if isinstance(value, float | int) else []

    text = (ROOT / "signalling" / "ladder.json").read_bytes()
    assert all(isinstance(number, int) for number in numbers(msgspec.json.decode(text)))
    reasons = [rule.why for rule in (*TABLE.rules(), *TABLE.climb.proven)]
    reasons += [sign.why for sign in TABLE.signs.values()] + [rung.why for rung in TABLE.rungs]
    reasons += [order.why for order in TABLE.orders.values()]
    assert all([*reasons, TABLE.climb.why, TABLE.warning.why, TABLE.settling.why])


def test_a_misspelt_field_is_refused() -> None:
    text = (ROOT / "signalling" / "ladder.json").read_text(encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="for_msec"):
        parse(text.replace('"for_ms"', '"for_msec"', 1).encode())


def test_the_dead_band_is_at_least_15_per_cent() -> None:
    banded = [rung for rung in TABLE.rungs if rung.climb_from_kbps]
    assert [rung.name for rung in banded] == ["hd", "sd", "stills"]
    assert all(100 * rung.climb_from_kbps >= 115 * rung.hold_from_kbps for rung in banded)


def test_better_rungs_want_more_and_send_more() -> None:
    for better, worse in pairwise(TABLE.rungs):
        assert better.hold_from_kbps >= worse.hold_from_kbps
        for mode in better.audio:
            assert better.audio[mode].kbps >= worse.audio[mode].kbps
            assert better.audio[mode].packet_ms <= worse.audio[mode].packet_ms


def test_the_telephone_goes_on_with_the_sound_of_the_last_rung() -> None:
    last, phone = TABLE.rungs[-2:]
    assert (last.name, last.audio) == ("survival", phone.audio)


def test_a_still_fits_beside_voice_where_stills_hold() -> None:
    stills, voice = TABLE.rungs[TABLE.index("stills")], TABLE.rungs[TABLE.index("voice")]
    assert stills.still is not None
    picture_kbps = stills.still.max_bytes * 8 // stills.still.every_ms
    ipv6_headers_kbps = 31
    assert stills.audio == voice.audio
    assert picture_kbps + voice.audio["plain"].kbps + ipv6_headers_kbps <= stills.hold_from_kbps


@pytest.mark.parametrize(
    ("kbps", "rung"),
    [
        (1000, "hd"), (999, "sd"), (380, "sd"), (160, "low"), (159, "stills"), (75, "stills"), (74, "voice"),
        (40, "voice"), (39, "survival"), (0, "survival"),
    ],
)  # fmt: skip
def test_a_line_holds_the_best_rung_that_it_carries(kbps: int, rung: str) -> None:
    assert TABLE.rungs[TABLE.carried(kbps)].name == rung


# --- the shared traces ---


@pytest.mark.parametrize("trace", TRACES.traces, ids=lambda trace: trace.name)
def test_a_shared_trace_leads_to_its_decisions(trace: replay.Trace) -> None:
    start = Ladder(start=trace.start).decision
    assert replay.brief(TRACES.replay(trace), start) == trace.decisions, trace.claim


def test_the_shared_traces_take_every_rule_to_its_verdict() -> None:
    words = {decision["reason"] for trace in TRACES.traces for decision in trace.decisions}
    moves = (*TABLE.falls, *TABLE.phone.raised, TABLE.phone.cleared)
    others = {"peer", "pinned", "probe", "probe_failed", "audio", "whose"}
    assert words == {move.reason for move in moves} | others


def test_the_trace_file_is_written_as_it_is_read() -> None:
    assert replay.pretty(TRACES) == VECTORS.read_text(encoding="utf-8")


# --- any trace ---


seeded = settings(derandomize=True, deadline=None, max_examples=EXAMPLES)
changes = st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in LIMITS.items()})
stretches = st.tuples(changes, st.sampled_from(LENGTHS))
histories = st.lists(stretches, min_size=1, max_size=12).map(
    lambda parts: [
        msgspec.structs.replace(CLEAN, **changed) for changed, count in parts for _ in range(count)
    ]
)
starts = st.sampled_from([rung.name for rung in TABLE.rungs[:-1]])


@seeded
@given(histories, starts)
def test_blind_means_hold(history: list[Sample], start: str) -> None:
    ladder = Ladder(start=start)
    run(ladder, history)
    before = state(ladder.decision)
    decisions = run(ladder, [BLIND] * 240, len(history) * EVERY_MS)
    assert [decision for decision in decisions if state(decision) != before] == []


@seeded
@given(histories, starts)
def test_no_fall_follows_a_change_within_its_dwell(history: list[Sample], start: str) -> None:
    shortest = {rule.reason: 10**9 for rule in TABLE.falls}
    for rule in TABLE.falls:
        shortest[rule.reason] = min(shortest[rule.reason], rule.dwell_ms)
    changes = [each for each in run(Ladder(start=start), history) if each.rung != each.previous]
    for earlier, later in pairwise(changes):
        if later.reason in shortest and later.rung != "phone":
            assert later.at_ms - earlier.at_ms >= shortest[later.reason]


UNUSABLE = (
    ("silence_ms", 1000),
    ("peer_silence_ms", 1000),
    ("concealed_pm", 250),
    ("peer_concealed_pm", 250),
)


def unusable(samples: list[Sample]) -> bool:
    """Whether one and the same damage shows in all of them."""
    shown = [[getattr(sample, metric) for sample in samples] for metric, _ in UNUSABLE]
    return any(
        all(value is not None and value >= limit for value in values)
        for values, (_, limit) in zip(shown, UNUSABLE, strict=True)
    )


@seeded
@given(histories, starts)
def test_the_telephone_is_for_unusable_speech_only(history: list[Sample], start: str) -> None:
    for decision in run(Ladder(start=start), history):
        if decision.rung == "phone" != decision.previous and decision.reason != "peer":
            at = decision.at_ms // EVERY_MS
            assert at >= 8
            assert unusable(history[at - 8 : at + 1])


@seeded
@given(histories, starts)
def test_a_warning_comes_before_and_once_a_minute(history: list[Sample], start: str) -> None:
    warnings = [decision for decision in run(Ladder(start=start), history) if decision.warning]
    assert all(TABLE.index(each.warning or "") > TABLE.index(each.rung) for each in warnings)
    assert all(b.at_ms - a.at_ms >= 60_000 for a, b in pairwise(warnings))


@seeded
@given(histories, starts, st.sampled_from(TABLE.rungs[:-1]))
def test_never_below_what_the_line_holds(history: list[Sample], start: str, rung: msgspec.Struct) -> None:
    """While the estimate carries a rung and speech is whole, nothing takes that rung away."""
    floor = TABLE.index(getattr(rung, "name"))  # noqa: B009
    whole = {
        "peer_concealed_pm": 0,
        "concealed_pm": 0,
        "silence_ms": 100,
        "peer_silence_ms": 100,
        "cpu_limited": 0,
        "delivered_pm": 1000,
    }
    carried = [
        msgspec.structs.replace(
            each,
            **whole,
            usable_kbps=max(each.usable_kbps or 0, TABLE.rungs[floor].hold_from_kbps),
            peer_speech_lost=0,
        )
        for each in history
    ]
    ladder = Ladder(start=start)
    worst = max(floor, TABLE.index(start))
    assert all(TABLE.index(decision.rung) <= worst for decision in run(ladder, carried))


@seeded
@given(histories, starts)
def test_a_decision_says_something_new(history: list[Sample], start: str) -> None:
    ladder = Ladder(start=start)
    before = ladder.decision
    for now in run(ladder, history):
        assert now.previous == before.rung
        assert now.warning or (state(now), now.probing) != (state(before), before.probing)
        assert (now.phone == "offered") == (now.rung == "phone")
        before = now


@seeded
@given(histories, starts, st.sampled_from(["voice", "video"]))
def test_a_pin_holds_whatever_comes(history: list[Sample], start: str, pin: str) -> None:
    ladder = Ladder(start=start)
    ladder.pin(pin)
    allowed = {"voice": {"voice", "survival", "phone"}, "video": {"hd", "sd", "low", "phone"}}[pin]
    assert {decision.rung for decision in run(ladder, history)} <= allowed


@seeded
@given(histories, starts)
def test_a_picture_kept_is_never_taken_away_and_the_telephone_never_called(
    history: list[Sample], start: str
) -> None:
    ladder = Ladder(start=start)
    ladder.order("picture")
    decisions = run(ladder, history)
    assert {decision.rung for decision in decisions} <= {"hd", "sd", "low"}
    for decision in decisions:
        if decision.phone == "offered":
            assert (decision.rung, decision.probing) == ("low", None), (
                "prompted, the picture is as small as it gets"
            )


@seeded
@given(histories, starts)
def test_an_order_changes_no_verdict_on_speech(history: list[Sample], start: str) -> None:
    """The prompt comes by the same rules, only with another offer; `spent` may be shown earlier."""
    calm = [msgspec.structs.replace(each, peer_concealed_pm=0, concealed_pm=0) for each in history]
    usual, kept = Ladder(start=start), Ladder(start=start)
    kept.order("picture")
    for at, sample in enumerate(calm):
        usual.step(EVERY_MS * at, sample)
        kept.step(EVERY_MS * at, sample)
        assert (usual.decision.phone, usual.speech_lost) == (kept.decision.phone, kept.speech_lost)


def test_who_pins_voice_only_has_given_the_picture_up() -> None:
    ladder = Ladder()
    ladder.order("picture")
    ladder.pin("voice")
    dark = Sample(silence_ms=5000)
    assert [each.rung for each in run(ladder, [dark] * 20) if each.rung != each.previous] == [
        "voice",
        "phone",
    ]


@pytest.mark.parametrize("call", ["pin", "order"])
def test_a_choice_that_is_not_in_the_table_is_refused_and_changes_nothing(call: str) -> None:
    ladder = Ladder()
    ladder.order("picture")
    with pytest.raises(KeyError):
        getattr(ladder, call)("sound")
    assert {each.rung for each in run(ladder, [Sample(silence_ms=5000)] * 20)} == {"sd", "low"}


@seeded
@given(st.lists(stretches, max_size=4), starts)
def test_a_clean_line_always_comes_back_to_hd(
    parts: list[tuple[dict[str, int | None], int]], start: str
) -> None:
    ladder = Ladder(start=start)
    history = [msgspec.structs.replace(CLEAN, **changed) for changed, count in parts for _ in range(count)]
    run(ladder, history)
    run(ladder, [CLEAN] * 300, len(history) * EVERY_MS)
    assert ladder.decision.rung == "hd"
