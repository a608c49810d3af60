"""`python -m bench.call [PROFILE ...]`: profiles on Ringback and on the yardstick page, one call at a time.

Needs root, for network namespaces (docs/netlab.md). Without a profile all of them are played.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from bench.call.figures import Figures, figures
from bench.call.play import PAGES, PageName, play
from bench.call.profiles import PROFILES
from bench.call.table import brief, timeline
from tests.netlab import namespaces


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.call", description=__doc__)
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help=f"of {', '.join(PROFILES)}")
    parser.add_argument("--repeats", type=int, default=1, metavar="N")
    parser.add_argument("--only", choices=list(PAGES), help="measure this page alone")
    parser.add_argument("--timeline", action="store_true", help="print every second of every call")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there as well")
    given = parser.parse_args()
    if unknown := [name for name in given.profiles if name not in PROFILES]:
        parser.error(f"there is no profile {', '.join(unknown)}; there are {', '.join(PROFILES)}")
    return given


async def one(name: str, page: PageName) -> Figures:
    return await figures(name, page, await play(page, PROFILES[name]))


async def main(given: argparse.Namespace) -> None:
    found: list[Figures] = []
    for name in given.profiles or PROFILES:
        for page in PAGES:
            if given.only not in (None, page) or (page == "yardstick" and not PROFILES[name].yardstick):
                continue
            for _ in range(given.repeats):
                found.append(await one(name, page))
                print(brief(found[-1]), flush=True)
                if given.timeline:
                    print(timeline(found[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps([each.as_dict() for each in found], indent=1) + "\n")


if __name__ == "__main__":
    if reason := namespaces.missing():
        sys.exit(reason)
    asyncio.run(main(arguments()))
