"""What the ladder's eyes see on any history: as a reader of the table would, look by look.

Not here: single rules by value (`test_ladder_parts`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.ladder_table import TABLE, Rule, Rung
from signalling.ladder_watch import Watch
from tests.ladder_limits import LIMITS

RULES = TABLE.rules()
CONGESTED = next(rule for rule in RULES if rule.name == "congested")
THIN_QUEUE = {"usable_kbps": 100, "rtt_rise_ms": 200}
HD = TABLE.rungs[0]

Facts = dict[str, int | None]
facts = st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in LIMITS.items()})


@dataclass(frozen=True)
class Look:
    after_ms: int
    facts: Facts
    rung: Rung


changes = st.sampled_from([{name: value} for name, each in LIMITS.items() for value in each])
steps_ms = st.sampled_from([0, 250, 500, 600, 601, 2500])


@st.composite
def looks(draw: st.DrawFn) -> list[Look]:
    """On one or two rungs, moments that differ in one metric, or in none."""
    seen, rungs = draw(facts), draw(st.lists(st.sampled_from(TABLE.rungs), min_size=1, max_size=2))
    varied = draw(st.lists(changes, min_size=1, max_size=20))
    moments = draw(st.lists(st.sampled_from([*varied, {}]), min_size=1, max_size=60))
    return [Look(draw(steps_ms), {**seen, **each}, rungs[at % len(rungs)]) for at, each in enumerate(moments)]


def shows(name: str, seen: Facts, rung: Rung) -> bool:
    """A sign as the table describes it."""
    sign = TABLE.signs[name]
    value = seen.get(sign.metric)
    limit = sign.limit if isinstance(sign.limit, int) else getattr(rung, sign.limit)
    return value is not None and (value >= limit) == (sign.test == "at_least")


def applies(rule: Rule, look: Look) -> bool:
    """A rule as the table describes it."""
    all_show = [shows(name, look.facts, look.rung) for name in rule.all]
    any_shows = [shows(name, look.facts, look.rung) for name in rule.any] or [True]
    none_show = [shows(name, look.facts, look.rung) for name in rule.none]
    return all(all_show) and any(any_shows) and not any(none_show)


def shown(rule: Rule, rung: Rung) -> Facts:
    """Facts by which all signs of the rule show, and the first of those of which one has to."""
    found: Facts = {}
    for name in (*rule.all, *rule.any[:1]):
        sign = TABLE.signs[name]
        limit = sign.limit if isinstance(sign.limit, int) else getattr(rung, sign.limit)
        found[sign.metric] = limit if sign.test == "at_least" else limit - 1
    return found


@settings(max_examples=40)
@given(looks())
def test_each_rule_has_lasted_for_as_long_as_it_was_seen_at_every_look(history: list[Look]) -> None:
    watch, at_ms = Watch(TABLE), 0
    lasted: dict[str, int] = {}
    for look in history:
        at_ms += look.after_ms
        watch.look(at_ms, look.facts, look.rung)
        now = [rule for rule in RULES if applies(rule, look)]
        counts_ms = min(look.after_ms, TABLE.look_ms)
        lasted = {rule.name: lasted.get(rule.name, -counts_ms) + counts_ms for rule in now}
        assert watch.lasting(RULES) == now
        assert [watch.lasted_ms(rule) for rule in RULES] == [lasted.get(rule.name, 0) for rule in RULES]
        due = [rule for rule in now if lasted[rule.name] >= rule.for_ms]
        assert watch.first(RULES) == (due[0] if due else None)


@settings(max_examples=40)
@given(facts, st.sampled_from(TABLE.rungs), st.lists(st.sampled_from([250, 500, 600]), max_size=10))
def test_moments_passed_by_count_as_looks_at_what_has_not_changed(
    seen: Facts, rung: Rung, steps_ms: list[int]
) -> None:
    looked, passed, at_ms = Watch(TABLE), Watch(TABLE), 0
    looked.look(0, seen, rung)
    passed.look(0, seen, rung)
    for step_ms in steps_ms:
        at_ms += step_ms
        looked.look(at_ms, seen, rung)
        passed.pass_by(at_ms, step_ms)
    looked.look(at_ms + 500, seen, rung)
    passed.look(at_ms + 500, seen, rung)
    assert [looked.lasted_ms(rule) for rule in RULES] == [passed.lasted_ms(rule) for rule in RULES]


@pytest.mark.parametrize("rung", TABLE.rungs, ids=lambda rung: rung.name)
def test_what_was_seen_just_below_a_limit_is_not_taken_for_what_is_seen_at_it(rung: Rung) -> None:
    for rule in RULES:
        for name in rule.all:
            sign = TABLE.signs[name]
            limit = sign.limit if isinstance(sign.limit, int) else getattr(rung, sign.limit)
            watch = Watch(TABLE)
            for value in (limit - 1, limit, limit - 1):
                seen = {**shown(rule, rung), sign.metric: value}
                watch.look(0, seen, rung)
                assert (rule in watch.lasting(RULES)) == applies(rule, Look(0, seen, rung))


def test_after_a_gap_every_clock_starts_anew() -> None:
    watch = Watch(TABLE)
    for at_ms in (0, 500, 1000):
        watch.look(at_ms, THIN_QUEUE, HD)
    watch.forget()
    assert watch.lasting(RULES) == []
    assert not watch.held(CONGESTED, 0)
    watch.look(1500, THIN_QUEUE, HD)
    assert (watch.held(CONGESTED, 0), watch.lasted_ms(CONGESTED)) == (True, 0)


def test_what_was_not_measured_has_no_value_and_shows_nothing() -> None:
    watch = Watch(TABLE)
    watch.look(0, {"loss_pm": 0, "rtt_ms": None}, HD)
    assert [watch.value(name) for name in ("loss_pm", "rtt_ms", "usable_kbps")] == [0, None, None]
    showing = {name for name in TABLE.signs if watch.shows(name, HD)}
    assert showing == {name for name, sign in TABLE.signs.items() if sign.metric == "loss_pm"} - {
        "lossy",
        "torn",
    }
    assert not watch.any((), HD)


def test_between_its_limits_a_metric_may_go_where_it_likes() -> None:
    limits = dict(Watch(TABLE).limits)
    assert limits["loss_pm"] == [20, 50, 150]
    assert limits["rtt_rise_ms"] == [80]
    assert set(limits["usable_kbps"]) >= {rung.hold_from_kbps for rung in TABLE.rungs}
    for numbers in limits.values():
        assert numbers == sorted(set(numbers))
    assert set(limits) == {sign.metric for sign in TABLE.signs.values()}
