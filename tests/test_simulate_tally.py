"""Counts of many calls: added up in any order they are the same, and they survive a file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.simulate import show
from signalling.simulate.tally import BUCKET_MS, Tally, read, total, write

WORDS = st.sampled_from(["falls", "prompts", "side_ms"])
counts = st.dictionaries(WORDS, st.integers(0, 1000))
spreads = st.dictionaries(
    WORDS, st.dictionaries(st.integers(0, 50), st.integers(1, 9), max_size=5), max_size=3
)
tallies = st.builds(Tally, counts, spreads)


@settings(max_examples=40)
@given(st.lists(tallies, max_size=5))
def test_sums_do_not_depend_on_the_order_nor_change_what_is_summed(parts: list[Tally]) -> None:
    before = msgspec.json.encode(parts)
    assert total(parts) == total(parts[::-1]) == total([total(parts[:2]), total(parts[2:])])
    assert msgspec.json.encode(parts) == before


@settings(max_examples=40)
@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=40), st.integers(1, 100))
def test_a_percentile_is_that_of_the_sorted_list_rounded_up_to_its_bucket(
    times: list[int], per_cent: int
) -> None:
    tally = Tally()
    for ms in times:
        tally.took("fall", ms)
    exact = sorted(times)[-(-len(times) * per_cent // 100) - 1]
    told = tally.at("fall", per_cent)
    assert told is not None
    assert exact < told <= exact + BUCKET_MS


def test_a_number_noted_many_times_counts_as_many() -> None:
    tally = Tally()
    tally.note("turns", 7)
    tally.note("turns", 2, times=9)
    assert [tally.number("turns", per_cent) for per_cent in (50, 90, 91)] == [2, 2, 7]
    assert tally.number("others", 50) is None


def test_a_rate_is_by_the_hour_of_calls_and_one_side_is_half_of_one() -> None:
    tally = Tally({"side_ms": 3_600_000, "falls": 3, "low_ms": 900_000})
    assert (tally.hours, tally.per_hour("falls"), tally.per_hour("prompts")) == (0.5, 3, 0)
    assert (tally.share("low_ms", "side_ms"), tally.share("low_ms", "nothing")) == (0.25, 900_000)
    assert (Tally().hours, Tally().per_hour("falls"), Tally().share("a", "b")) == (0, 0, 0)


def test_sums_survive_their_file_and_none_are_read_where_there_is_none(tmp_path: Path) -> None:
    path, tally = tmp_path / "sums.json", Tally({"falls": 2})
    assert read(path) == {}
    tally.took("fall", 1200)
    write(path, {"P0 clean": tally})
    assert read(path) == {"P0 clean": tally}
    assert path.read_bytes().count(b"\n") > 5, "for people and for differences"


@pytest.mark.parametrize("text", [b"", b"[]", b'{"P0": 1}', b'{"P0": {"counts": {"falls": "2"}}}'])
def test_another_file_is_no_file_of_sums(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(text)
    with pytest.raises(msgspec.DecodeError):
        read(path)


def cells(tally: Tally) -> dict[str, str]:
    """The row of a profile; of two columns of one name the later, and the earlier after "first"."""
    head, _, row = show.table({"P9 bursts": tally}).splitlines()[:3]
    names, values = ([each.strip() for each in line.strip("|").split("|")] for line in (head, row))
    seen: dict[str, str] = {}
    for name, value in zip(names, values, strict=True):
        if name in seen:
            seen[f"first {name}"] = seen[name]
        seen[name] = value
    return seen


def test_of_no_calls_a_row_says_that_there_is_nothing_to_say() -> None:
    row = cells(Tally())
    assert (row["profile"], row["hours"], row["falls"], row["prompts"]) == ("P9 bursts", "0", "0", "0")
    assert {row[name] for name in ("most", "low", "high", "warned", "fell", "back", "after", "differ")} == {
        "-"
    }


def test_a_row_says_rates_by_the_hour_shares_in_a_hundred_and_times_in_seconds() -> None:
    tally = Tally(
        {
            "side_ms": 14_400_000, "falls": 5, "false falls": 1, "false prompts": 0, "prompts": 1,
            "late prompts": 2, "judged_ms": 1000, "too_low_ms": 25, "too_high_ms": 100, "blaming_ms": 1000,
            "right_side_ms": 900, "wrong_side_ms": 1, "unclear_side_ms": 99, "differing_ms": 144_000,
            "reversals": 4,
        }
    )  # fmt: skip
    for ms in (400, 700, 9900):
        tally.took("fall", ms)
    tally.note("reversals in 5 min", 2)
    row = cells(tally)
    assert (row["hours"], row["falls"], row["first false"], row["flaps"]) == ("2", "1.25", "1", "1.00")
    assert (row["low"], row["high"], row["fell"], row["most"]) == ("2.5", "10.0", "1.0 / 10.0", "2 / 2")
    assert (row["prompts"], row["false"], row["late"]) == ("0.25", "0", "2")
    assert (row["right"], row["wrong"], row["unclear"], row["differ"]) == ("90.0", "0.1", "9.9", "1.0")
