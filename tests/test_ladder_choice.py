"""Of several things one holds: the urgent takes over at once, the rest when it has stayed its time."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.ladder_choice import Chosen
from signalling.ladder_table import TABLE, Choice, Mode
from signalling.ladder_watch import Watch

EVERY_MS = 500
Facts = dict[str, int | None]
QUEUE: Facts = {"rtt_rise_ms": 80}
LOSS: Facts = {"loss_pm": 50}
HEAT: Facts = {"cpu_limited": 1}
CHOICES: tuple[Choice[Mode], ...] = (
    Choice(name="urgent", to="thin", all=("queueing",), for_ms=0, stays_ms=2000, why="first of all"),
    Choice(name="second", to="lossy", all=("lossy",), for_ms=0, stays_ms=1000, why="then this"),
    Choice(name="slow", to="plain", all=("hot",), for_ms=1000, stays_ms=0, why="last"),
)
MADE_UP = msgspec.structs.replace(TABLE, audio=CHOICES)
URGENCY: list[Mode] = ["thin", "lossy", "plain"]
STAYS_MS = {choice.to: choice.stays_ms for choice in CHOICES}


def chosen(moments: list[Facts]) -> list[Mode]:
    """What holds after each look, from plain on."""
    watch, values = Watch(MADE_UP), list[Mode]()
    choice: Chosen[Mode] = Chosen(CHOICES, "plain")
    for at, facts in enumerate(moments):
        before = choice.value
        watch.look(at * EVERY_MS, facts, TABLE.rungs[0])
        assert choice.step(at * EVERY_MS, watch) == (choice.value != before)
        values.append(choice.value)
    return values


def test_the_more_urgent_takes_over_at_once_and_the_less_urgent_waits_for_it() -> None:
    assert chosen([LOSS, QUEUE, LOSS, LOSS, LOSS, LOSS, LOSS]) == ["lossy"] + ["thin"] * 4 + ["lossy"] * 2


def test_what_stays_as_long_is_as_urgent_so_mirror_images_wait_alike() -> None:
    mirrored = (*(msgspec.structs.replace(each, stays_ms=2000) for each in CHOICES[:2]), CHOICES[2])
    for first, then in ((LOSS, QUEUE), (QUEUE, LOSS)):
        watch, choice = Watch(MADE_UP), Chosen[Mode](mirrored, "plain")
        changed = []
        for at, facts in enumerate([first, then, then, then, then, then]):
            watch.look(at * EVERY_MS, facts, TABLE.rungs[0])
            changed.append(choice.step(at * EVERY_MS, watch))
        assert changed == [True, False, False, False, True, False]


def test_what_holds_stays_while_nothing_else_is_due() -> None:
    assert chosen([QUEUE] + [{}] * 20) == ["thin"] * 21


def test_of_two_that_are_due_the_more_urgent_comes() -> None:
    assert chosen([{**LOSS, **QUEUE}]) == ["thin"]


def test_one_that_is_not_due_yet_changes_nothing() -> None:
    assert chosen([LOSS, {}, {}, HEAT, HEAT, HEAT]) == ["lossy"] * 5 + ["plain"]


def test_seeing_the_same_again_does_not_make_it_stay_longer() -> None:
    assert chosen([QUEUE, QUEUE, QUEUE, QUEUE, LOSS])[-1] == "lossy"


moments = st.lists(
    st.sampled_from([QUEUE, LOSS, HEAT, {}, {**QUEUE, **HEAT}]).flatmap(
        lambda facts: st.integers(1, 6).map(lambda count: [facts] * count)
    ),
    max_size=12,
).map(lambda parts: [facts for part in parts for facts in part])


@settings(max_examples=40)
@given(moments)
def test_nothing_gives_way_to_the_less_urgent_before_its_time(history: list[Facts]) -> None:
    held: Mode = "plain"
    since_ms = -(1 << 40)
    for at, (now, facts) in enumerate(zip(chosen(history), history, strict=True)):
        if now != held:
            eager = URGENCY.index(now) < URGENCY.index(held)
            assert eager or at * EVERY_MS - since_ms >= STAYS_MS[held]
            held, since_ms = now, at * EVERY_MS
        if facts.get("rtt_rise_ms"):
            assert now == "thin", "the most urgent never waits"
