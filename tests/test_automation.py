"""docs/automation.md is true, as far as it can be told without a browser (`tests/browser` has the rest)."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import get_args

import aiohttp
import pytest

from signalling import protocol as p
from signalling.ladder_table import TABLE
from tests.bots.tab import a_tab, connect
from tests.rig import Rig

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "automation.md").read_text()
STATE = (ROOT / "webclient" / "src" / "state.ts").read_text()
ROWS = dict(re.findall(r"^\| `(data-[a-z-]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))
STORE, LADDER, SHOWN = [
    (ROOT / "webclient" / "src" / name).read_text() for name in ("store.ts", "ladder.ts", "ui/page.ts")
]
AT_FIRST = "`lobby`, `sd`, `sd`, `none`,\n`new`, `offline`, `hidden`, `start`"


def words(text: str) -> list[str]:
    return re.findall(r"[`\"]([a-z]+)[`\"]", text)


def in_state(name: str) -> list[str]:
    found = re.search(rf"^export type {name} = ([^;]+);", STATE, re.MULTILINE)
    assert found, name
    return words(found[1])


def reasons() -> set[str]:
    """Why a rung is what it is: by a rule of the table, or by what the interpreter adds to them."""
    rules = (*TABLE.falls, *TABLE.phone.raised, TABLE.phone.cleared)
    return {"start", *(rule.reason for rule in rules), *re.findall(r'#go\(.*"([a-z]+)"\)', LADDER)}


CODE: dict[str, list[str]] = {
    "data-phase": in_state("Phase"),
    "data-rung": list(get_args(p.Rung)),
    "data-peer-rung": list(get_args(p.Rung)),
    "data-whose": list(get_args(p.Whose)),
    "data-link": in_state("Link"),
    "data-server": in_state("Server"),
    "data-phone": list(get_args(p.PhoneState)),
    "data-reason": sorted(reasons()),
}


@pytest.mark.parametrize(("attribute", "values"), CODE.items())
def test_each_attribute_has_the_values_of_the_code(attribute: str, values: list[str]) -> None:
    assert words(ROWS[attribute]) == values


def test_every_attribute_that_the_page_sets_is_told_of() -> None:
    assert list(ROWS) == list(CODE) == re.findall(r'^    "(data-[a-z-]+)": state\.', SHOWN, re.MULTILINE)


async def test_the_served_page_has_every_attribute_with_its_first_value(rig: Rig) -> None:
    assert AT_FIRST in PAGE
    opened = await rig.open()
    async with aiohttp.ClientSession() as http, http.get(opened.links["mentee"]) as answer:
        page = await answer.text()
    root = re.search(r"<html [^>]*>", page)
    assert root
    assert dict(re.findall(r'(data-[a-z-]+)="([a-z]+)"', root[0])) == dict(
        zip(ROWS, words(AT_FIRST), strict=True)
    )
    for attribute, field in (("data-rung", "rung"), ("data-peer-rung", "peerRung"), ("data-link", "link")):
        (first,) = re.findall(rf'^    {field}: "([a-z]+)",$', STORE, re.MULTILINE)
        assert f'{attribute}="{first}"' in root[0], "the script starts where the page stood"
    assert root[0].startswith('<html lang="en"')


async def test_health_has_the_shape_of_the_example(rig: Rig) -> None:
    example = json.loads(re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0])
    async with aiohttp.ClientSession() as http, http.get(f"{rig.url}/healthz") as answer:
        told = await answer.json()
    assert list(told) == list(example)
    assert list(told["versions"]) == list(example["versions"])
    assert list(told["database"]) == list(example["database"])


async def test_the_command_of_the_example_opens_a_session_beside_the_running_server(rig: Rig) -> None:
    example = json.loads(re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1])
    command = re.search(r"^ringback (open .*?)\n```$", PAGE, re.DOTALL | re.MULTILINE)
    assert command
    environ = {
        "PATH": os.environ["PATH"],
        "RINGBACK_DATA": str(rig.config.data),
        "RINGBACK_PUBLIC_URL": rig.url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        *shlex.split(command[1].replace("\\\n", " ")),
        env=environ,
        stdout=-1,
        stderr=-1,
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, err) == (0, b"")
    opened = json.loads(out)
    assert list(opened) == list(example)
    async with (
        a_tab(opened["mentor"], in_call=True) as mentor,
        a_tab(opened["mentee"], in_call=True) as mentee,
    ):
        assert mentor.seat.page.endswith(f"/session/{opened['session']}/mentor")
        again = await connect(mentee.seat)
        welcome = await again.hello(in_call=True)
        assert welcome.session.minutes == 30
        assert welcome.plan.theirs is not None
        assert welcome.plan.theirs.number == "+44 7700 900001"
        await again.stop()
