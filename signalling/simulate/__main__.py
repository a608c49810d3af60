"""`python -m signalling.simulate [--hours N] [PROFILE ...]`: play many calls and print what the ladders did.

Not here: the model, and how long it took (`time`). Runs of different `--seed` are different calls; `--add
FILE` keeps a sum over runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from multiprocessing import Pool
from pathlib import Path

from signalling.simulate import show
from signalling.simulate.judge import judged
from signalling.simulate.profiles import EVERYDAY, PROFILES, drawn
from signalling.simulate.tally import Tally, read, total, write

MINUTES = 30
"""One call, the length of a session."""
CALLS_AT_ONCE = 8


def play(name: str, seeds: range) -> Tally:
    """Those calls of a profile, added up."""
    return total(judged(drawn(name, seed, MINUTES), seed) for seed in seeds)


def run(names: Sequence[str], seeds: range, processes: int) -> dict[str, Tally]:
    """The same calls, and so the same sums, whatever the number of processes."""
    parts = [range(at, min(at + CALLS_AT_ONCE, seeds.stop)) for at in seeds[::CALLS_AT_ONCE]]
    jobs = [(name, part) for name in names for part in parts]
    if processes == 1:
        done = [play(*job) for job in jobs]
    else:
        with Pool(processes) as pool:
            done = pool.starmap(play, jobs)
    return {
        name: total(tally for (job, _), tally in zip(jobs, done, strict=True) if job == name)
        for name in names
    }


def chosen(words: Sequence[str]) -> list[str]:
    """Profiles by the beginning of their names; "everyday" is P0 to P3. Raises `SystemExit` for others."""
    if not words:
        return list(PROFILES)
    names = [name for word in words for name in _meant(word)]
    return list(dict.fromkeys(names))


def _meant(word: str) -> list[str]:
    if word == "everyday":
        return list(EVERYDAY)
    names = [name for name in PROFILES if word in (name, name.split()[0])]
    if not names:
        sys.exit(f"There is no profile {word}. Choose from: everyday, {', '.join(PROFILES)}.")
    return names


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m signalling.simulate", description=__doc__.splitlines()[0])
    parser.add_argument(
        "profiles", nargs="*", help="P0, P12, ... or everyday (P0 to P3); all if none is named"
    )
    parser.add_argument("--hours", type=float, default=5, help="of calls on each profile (5)")
    parser.add_argument("--seed", type=int, default=0, help="of the first call (0)")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--add", type=Path, help="a file of sums, to which this run is added")
    parser.add_argument(
        "--trace", action="store_true", help="print the first call of each, decision by decision"
    )
    options = parser.parse_args(arguments)
    names = chosen(options.profiles)
    if options.trace:
        for name in names:
            sys.stdout.writelines(f"{line}\n" for line in show.trace(drawn(name, options.seed), options.seed))
        return
    calls = max(1, round(options.hours * 60 / MINUTES))
    tallies = run(names, range(options.seed, options.seed + calls), options.processes)
    if options.add:
        before = read(options.add)
        tallies = {
            name: total(each[name] for each in (before, tallies) if name in each)
            for name in {**before, **tallies}
        }
        write(options.add, tallies)
    sys.stdout.write(show.table(tallies))


if __name__ == "__main__":
    main(sys.argv[1:])
