"""From a key or a button on one side to the change on the other, on a clean line on one machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from playwright.async_api import Locator

from bench.figures import row, spread
from bench.stage import a_stage, visitors
from tests.browser.pages import CallPage

REPEATS: Final = 40

NOW: Final = "performance.timeOrigin + performance.now()"
"""Both tabs are on one machine, so their epochs are one clock."""
TYPED: Final = f"""
(area, mark) => {{
  area.setRangeText(mark, area.value.length, area.value.length, "end");
  area.dispatchEvent(new InputEvent("input", {{ bubbles: true }}));
  return {NOW};
}}
"""
PRESSED: Final = f"(button) => {{ button.click(); return {NOW}; }}"
PANEL: Final = """document.querySelector('[role="tabpanel"]:not([hidden])')"""

Act = Callable[[int], Awaitable[float]]
"""Does something for the n-th time; gives when, in epoch milliseconds."""
Claim = Callable[[int], str]
"""What then holds on the other screen, in JavaScript."""


async def measure() -> None:
    async with a_stage() as stage, visitors(stage) as people:
        ann, ben = await people.in_call(await stage.rig.open())
        for what, changes in (
            ("a note typed to read by the peer", _notes),
            ("an agenda item added to shown to the peer", _items),
            ("an agenda item ticked, and unticked, to shown", _ticks),
            ("an agenda item moved to shown", _moves),
            ("a goal set to shown", _goals),
            ("who rings, in the backup plan, chosen to shown", _plan),
        ):
            act, claim = await changes(ann, ben)
            row(what, spread([await _until_shown(ben, act, claim, n) for n in range(REPEATS)], "ms"))


async def _notes(ann: CallPage, ben: CallPage) -> tuple[Act, Claim]:
    hers, _ = await ann.notes(), await ben.notes()

    async def act(n: int) -> float:
        return float(await hers.evaluate(TYPED, f"<{n}>"))

    return act, lambda n: f"document.querySelector('textarea').value.includes('<{n}>')"


async def _items(ann: CallPage, ben: CallPage) -> tuple[Act, Claim]:
    panel, _ = await ann.tab("Agenda"), await ben.tab("Agenda")

    async def act(n: int) -> float:
        await panel.get_by_label("New item").fill(_item(n))
        return await _press(panel.get_by_role("button", name="Add", exact=True))

    return act, lambda n: f"{PANEL}.textContent.includes('{_item(n)}')"


async def _ticks(ann: CallPage, ben: CallPage) -> tuple[Act, Claim]:
    box = ann.page.get_by_role("checkbox", name=f"Done: {_item(0)}")

    def ticked(n: int) -> str:
        seen = f"""document.querySelector('[aria-label="Done: {_item(0)}"]').checked"""
        return seen if n % 2 == 0 else f"!{seen}"

    return lambda n: _press(box), ticked


async def _moves(ann: CallPage, ben: CallPage) -> tuple[Act, Claim]:
    """The first item goes down by one and up again."""
    await ann.page.get_by_role("button", name=f"More for {_item(0)}").click()
    ways = [ann.page.get_by_role("button", name=name) for name in ("Move down", "Move up")]
    first = "document.querySelector('.agenda .agenda-text').textContent"
    return lambda n: _press(ways[n % 2]), lambda n: f"{first} === '{_item(1 - n % 2)}'"


async def _goals(ann: CallPage, ben: CallPage) -> tuple[Act, Claim]:
    panel, _ = await ann.tab("Goals"), await ben.tab("Goals")

    async def act(n: int) -> float:
        await panel.get_by_role("button", name="Add a goal").click()
        await panel.get_by_label("What is the goal?").fill(_goal(n))
        return await _press(panel.get_by_role("button", name="Save goal"))

    return act, lambda n: f"{PANEL}.textContent.includes('{_goal(n)}')"


async def _plan(ann: CallPage, ben: CallPage) -> tuple[Act, Claim]:
    for one in (ann, ben):
        await one.choose_more("Backup plan")
    names = ("Ben Brook rings me", "I ring Ben Brook")
    choices = [ann.page.get_by_role("radio", name=name) for name in names]
    roles = ("mentee", "mentor")

    def chosen(n: int) -> str:
        return f"document.querySelector('[name=rings][value={roles[n % 2]}]').checked"

    return lambda n: _press(choices[n % 2]), chosen


def _item(n: int) -> str:
    return f"Item number {n:03}"


def _goal(n: int) -> str:
    return f"Goal number {n:03}"


async def _press(button: Locator) -> float:
    return float(await button.evaluate(PRESSED))


async def _until_shown(one: CallPage, act: Act, claim: Claim, n: int) -> float:
    """Milliseconds from the n-th act until its claim holds on this screen, at its next picture."""
    began = await act(n)
    look = f"() => {claim(n)} ? resolve({NOW}) : requestAnimationFrame(look)"
    shown = await one.page.evaluate(f"() => new Promise((resolve) => {{ const look = {look}; look(); }})")
    return float(shown) - began
