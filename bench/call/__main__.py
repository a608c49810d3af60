"""`python -m bench.call [PROFILE ...]`: profiles on Ringback and on the yardstick page, one call at a time.

Needs root, for network namespaces (docs/netlab.md). Without a profile all of them are played.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from bench.call import recordings
from bench.call.deeds import ImpossibleError
from bench.call.figures import Figures, figures
from bench.call.markdown import tables
from bench.call.picture import picture
from bench.call.play import PAGES, PageName, play
from bench.call.profiles import PROFILES
from bench.call.table import brief, timeline
from tests.netlab import namespaces
from tests.netlab.network import LabError

FAILURES = (ImpossibleError, AssertionError, PlaywrightError, LabError)
"""What spoils one call; the others are played all the same."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.call", description=__doc__)
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help=f"of {', '.join(PROFILES)}")
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
    given = parser.parse_args()
    if unknown := [name for name in given.profiles if name not in PROFILES]:
        parser.error(f"there is no profile {', '.join(unknown)}; there are {', '.join(PROFILES)}")
    return given


async def one(name: str, page: PageName, keep: Path | None) -> Figures:
    played = await play(page, PROFILES[name])
    if keep:
        recordings.write(played, keep, f"{name}-{page}")
    return await figures(name, page, played)


async def main(given: argparse.Namespace) -> None:
    found: list[Figures] = []
    for name in given.profiles or PROFILES:
        for page in PAGES:
            if given.only not in (None, page) or (page == "yardstick" and not PROFILES[name].yardstick):
                continue
            for _ in range(given.repeats):
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
    if given.picture:
        calls = [each for each in found if each.page == "product"]
        given.picture.write_text(picture(calls[-1]))
    if given.json:
        given.json.write_text(json.dumps([each.as_dict() for each in found], indent=1) + "\n")


if __name__ == "__main__":
    if reason := namespaces.missing():
        sys.exit(reason)
    asyncio.run(main(arguments()))
