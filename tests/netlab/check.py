"""A connection check by a real browser in the laboratory: pressed, followed, its verdict taken as it came.

Not here: lines and what to expect of them (`test_check`, `bench.check.verdicts`).
"""

from __future__ import annotations

import json
from typing import Any, Final

from playwright.async_api import Page, expect

VERDICT_WITHIN_S: Final = 25
SETTINGS: Final = {
    "RINGBACK_CHECKS_PRIVATE": "1",
    "RINGBACK_CHECKS_LAG_MS": "10000",
    "RINGBACK_CHECKS_PER_MINUTE": "1000",
}
"""The laboratory's addresses are no addresses of the internet, and its machine does other things as well."""
KEEP_RESULT: Final = """
window.results = [];
const ask = window.fetch.bind(window);
window.fetch = async (...given) => {
  const answer = await ask(...given);
  if (String(given[0]).endsWith("/check/result")) window.results.push(await answer.clone().json());
  return answer;
};
"""


async def keep_results(page: Page) -> None:
    """From the next page of its context on."""
    await page.context.add_init_script(KEEP_RESULT)


async def start(page: Page) -> None:
    await page.get_by_role("button", name="Start the check").click()


async def reach(page: Page, step: str) -> None:
    await expect(page.locator(f'rb-check[data-step="{step}"]')).to_be_visible(timeout=VERDICT_WITHIN_S * 1000)


async def told(page: Page) -> dict[str, Any]:
    """The server's verdict, once the check is over."""
    await reach(page, "done")
    found: dict[str, Any] = json.loads(await page.evaluate("JSON.stringify(window.results.at(-1))"))
    return found


async def diagnostics(page: Page) -> dict[str, Any]:
    """What 'Copy the figures' would copy."""
    found: dict[str, Any] = json.loads(await page.evaluate("document.querySelector('rb-check').diagnostics"))
    return found
