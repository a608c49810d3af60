"""docs/ladder.md says what the table says."""

from __future__ import annotations

from signalling import ladder_doc
from signalling.ladder_table import TABLE


def test_the_page_is_up_to_date() -> None:
    assert ladder_doc.main(["--check"]) is None


def test_a_stale_page_is_told_apart() -> None:
    younger = TABLE.__class__(
        **{**{name: getattr(TABLE, name) for name in TABLE.__struct_fields__}, "version": 99}
    )
    assert "version 99" in ladder_doc.render(younger)
    assert ladder_doc.render(younger) != ladder_doc.render(TABLE)


def test_everything_in_the_table_is_on_the_page() -> None:
    page = ladder_doc.render()
    names = [rung.name for rung in TABLE.rungs] + [
        rule.name for rule in (*TABLE.rules(), *TABLE.climb.proven)
    ]
    assert [
        name for name in (*names, *TABLE.signs, *TABLE.metrics, *TABLE.pins) if f"`{name}`" not in page
    ] == []
    reasons = [rule.why for rule in TABLE.rules()] + [sign.why for sign in TABLE.signs.values()]
    assert [why for why in reasons if why not in page] == []
