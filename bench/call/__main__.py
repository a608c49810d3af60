"""`python -m bench.call [PROFILE ...]`: profiles on Ringback and on the yardstick page, one call at a time.

Needs root, for network namespaces (docs/netlab.md). Without a profile all are played but the long ones.
P10up and P10down are P10 in one direction alone, P10turn goes through a relay.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import sys
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from bench.call import recordings
from bench.call.deeds import ImpossibleError
from bench.call.figures import Figures, figures
from bench.call.markdown import document, tables
from bench.call.picture import picture
from bench.call.play import PAGES, PageName, play
from bench.call.profiles import LONG, LONG_MINUTES, PROFILES, profile
from bench.call.table import brief, timeline
from tests.netlab import namespaces
from tests.netlab.network import LabError

COMMAND = ".venv/bin/python -m bench.call"
AROUND_S = 30
"""What a call takes beside its profile: browsers, joining, settling, scoring."""
FAILURES = (ImpossibleError, AssertionError, PlaywrightError, LabError)
"""What spoils one call; the others are played all the same."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.call", description=__doc__)
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help=f"of {', '.join([*PROFILES, *LONG])}")
    parser.add_argument(
        "--minutes", type=int, default=LONG_MINUTES, metavar="N", help="of the long ones (at least 2)"
    )
    parser.add_argument("--repeats", type=int, default=1, metavar="N")
    parser.add_argument("--only", choices=list(PAGES), help="measure this page alone")
    parser.add_argument("--timeline", action="store_true", help="print every second of every call")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="write what everybody said and heard there"
    )
    parser.add_argument(
        "--picture", type=Path, metavar="FILE", help="draw the last call of Ringback's as SVG"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there as well")
    parser.add_argument(
        "--markdown",
        type=Path,
        metavar="FILE",
        help="write the tables there, under the command that made them",
    )
    given = parser.parse_args()
    given.profiles = [f"{each}-{given.minutes}" if each in LONG else each for each in given.profiles]
    for name in given.profiles:
        try:
            profile(name)
        except KeyError:
            parser.error(f"there is no profile {name}; there are {', '.join([*PROFILES, *LONG])}")
    return given


async def one(name: str, page: PageName, keep: Path | None) -> Figures:
    played = await play(page, profile(name))
    if keep:
        recordings.write(played, keep, f"{name}-{page}")
    return await figures(name, page, played)


def calls(given: argparse.Namespace) -> list[tuple[str, PageName]]:
    """What is to be played, in this order."""
    return [
        (name, page)
        for name in given.profiles or PROFILES
        for page in PAGES
        if given.only in (None, page) and (page == "product" or profile(name).yardstick)
        for _ in range(given.repeats)
    ]


async def main(given: argparse.Namespace) -> None:
    found: list[Figures] = []
    wanted = calls(given)
    minutes = sum(profile(name).length_s + AROUND_S for name, _ in wanted) / 60
    print(f"{len(wanted)} calls, about {minutes:.0f} minutes", flush=True)
    for name, page in wanted:
        try:
            found.append(await one(name, page, given.keep))
        except FAILURES as error:
            print(f"{name} {page}: not measured, {error}", flush=True)
            continue
        print(brief(found[-1]), flush=True)
        if given.timeline:
            print(timeline(found[-1]), flush=True)
    if not found:
        sys.exit("Nothing was measured.")
    print(f"\n{tables(found)}")
    write(given, found)


def write(given: argparse.Namespace, found: list[Figures]) -> None:
    """The files that were asked for."""
    if given.markdown:
        given.markdown.write_text(document(f"{COMMAND} {shlex.join(sys.argv[1:])}", found))
    if given.picture:
        calls = [each for each in found if each.page == "product"]
        given.picture.write_text(picture(calls[-1]))
    if given.json:
        given.json.write_text(json.dumps([each.as_dict() for each in found], indent=1) + "\n")


if __name__ == "__main__":
    if reason := namespaces.missing():
        sys.exit(reason)
    asyncio.run(main(arguments()))
