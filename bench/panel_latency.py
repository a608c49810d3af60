"""From a key or a button on one side to the change on the other, on a clean line on one machine."""

from __future__ import annotations

from playwright.async_api import Page

from bench.figures import row, spread
from bench.stage import a_stage, visitors
from tests.browser.pages import CallPage

REPEATS = 40

TYPED = """
([mark]) => {
  const area = document.querySelector("textarea");
  area.setRangeText(mark, area.value.length, area.value.length, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return performance.timeOrigin + performance.now();
}
"""
READ = """
([mark]) => new Promise((resolve) => {
  const look = () => document.querySelector("textarea").value.includes(mark)
    ? resolve(performance.timeOrigin + performance.now()) : requestAnimationFrame(look);
  look();
})
"""
PRESSED = """
(button) => {
  button.click();
  return performance.timeOrigin + performance.now();
}
"""
SHOWN = """
([mark]) => new Promise((resolve) => {
  const look = () => document.querySelector('[role="tabpanel"]:not([hidden])').textContent.includes(mark)
    ? resolve(performance.timeOrigin + performance.now()) : requestAnimationFrame(look);
  look();
})
"""
"""Both tabs are on one machine, so their epochs are one clock."""


async def measure() -> None:
    async with a_stage() as stage, visitors(stage) as people:
        ann, ben = await people.in_call(await stage.rig.open())
        await ann.notes()
        await ben.notes()
        row("a note typed to read by the peer", spread(await _notes(ann.page, ben.page), "ms"))
        row("an agenda item added to shown to the peer", spread(await _agenda(ann, ben), "ms"))


async def _notes(writer: Page, reader: Page) -> list[float]:
    times = []
    for number in range(REPEATS):
        mark = f"<{number}>"
        typed = await writer.evaluate(TYPED, [mark])
        times.append(await reader.evaluate(READ, [mark]) - typed)
    return times


async def _agenda(ann: CallPage, ben: CallPage) -> list[float]:
    panel = await ann.tab("Agenda")
    await ben.tab("Agenda")
    times = []
    for number in range(REPEATS):
        mark = f"Item number {number:03}"
        await panel.get_by_label("New item").fill(mark)
        began = await panel.get_by_role("button", name="Add", exact=True).evaluate(PRESSED)
        times.append(await ben.page.evaluate(SHOWN, [mark]) - began)
    return times
