"""How much of what was said arrived: intelligibility after alignment, silences, wander of the delay.

Pure functions of samples. The scale with this laboratory's material is in docs/netlab.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pystoi import stoi

from tests.netlab.align import HOP_MS, WANDER_S, delays_ms, offset_in, realigned, stretch_of
from tests.netlab.speech import RATE, Pcm

SPEECH_DB, GAP_DB = -35.0, -25.0
"""What counts as speaking, below the loudest moment; what counts as unheard, below its own level."""

QUIETEST_DB = -20.0
"""A voice this much below its level is still a voice turned down; anything lower is a lost one."""

SHORTEST_GAP_MS = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a listener got of one stretch of speech.

    `stoi` is the short-time objective intelligibility (Taal et al. 2011), `heard_ms` the length
    scored. A gap is a silence where speech should have been, 25 dB or more below its level; `gaps_ms` lists
    those that took 60 ms of speech and more. `wander_ms` is the greatest delay less the least.
    `delays_ms` is from mouth to ear, one for each 20 ms of speech; empty where the mouth was not recorded.
    """

    stoi: float
    heard_ms: int
    gaps_ms: tuple[int, ...]
    wander_ms: int
    level_db: float
    delays_ms: tuple[int, ...] = ()

    @property
    def delay_ms(self) -> int | None:
        """Median of the time from mouth to ear."""
        return int(np.median(self.delays_ms)) if self.delays_ms else None

    @property
    def longest_gap_ms(self) -> int:
        return max(self.gaps_ms, default=0)

    def __str__(self) -> str:
        return (
            f"STOI {self.stoi:.3f} over {self.heard_ms / 1000:.1f} s, longest gap {self.longest_gap_ms} ms, "
            f"silent {sum(self.gaps_ms)} ms, delay wandered {self.wander_ms} ms"
        )


def judge(loop: Pcm, heard: Pcm, margin_s: float = 0, said: Pcm | None = None) -> Verdict:
    """Compare a recording with the loop that was being said while it was made.

    Both at `RATE`. The first and last `margin_s` of the recording are not scored but may hold what was
    delayed out of the middle. `said` is the talker's microphone over the same time, by the same clock. Raises
    ValueError for less than 3 s to score: STOI would mean nothing.
    """
    margin, wander = int(margin_s * RATE), int(WANDER_S * RATE)
    middle = heard[margin : len(heard) - margin]
    if len(middle) < 3 * RATE:
        raise ValueError(f"{len(middle) / RATE:.1f} s is too short to judge; record at least 3 s")

    def around(recording: Pcm) -> Pcm:
        return np.pad(recording, wander)[margin : len(recording) + 2 * wander - margin]

    offset = offset_in(loop, middle)
    reference = stretch_of(loop, offset, len(middle))
    delays = delays_ms(reference, around(heard))
    lag = 0 if said is None else _lag(loop, offset, said[margin : len(said) - margin])
    aligned = realigned(around(heard), delays)[: len(reference)]
    return Verdict(
        stoi=float(stoi(reference[: len(aligned)], aligned, RATE)),
        heard_ms=len(middle) * 1000 // RATE,
        gaps_ms=gaps_ms(reference, aligned),
        wander_ms=int(np.ptp(delays)),
        level_db=_decibels(float(np.mean(middle**2))),
        delays_ms=() if said is None else _mouth_to_ear(reference, around(_later(said, lag)), delays, lag),
    )


def _lag(loop: Pcm, offset: int, said: Pcm) -> int:
    """About how many samples later than it was said the loop was heard, at most half a loop either way."""
    later, half = offset_in(loop, said) - offset, len(loop) // 2
    return (later + half) % len(loop) - half


def _later(said: Pcm, lag: int) -> Pcm:
    return np.pad(said, (max(0, lag), max(0, -lag)))[max(0, -lag) :][: len(said)]


def _mouth_to_ear(reference: Pcm, said: Pcm, heard_after: npt.NDArray[np.int64], lag: int) -> tuple[int, ...]:
    """Per hop of speech, from when it was said to when it was heard; `said` is moved by the lag already."""
    after = heard_after - delays_ms(reference, said) + lag * 1000 // RATE
    levels = _levels_db(reference)[: len(after)]
    return tuple(int(each) for each in after[levels > np.max(levels) + SPEECH_DB])


def gaps_ms(reference: Pcm, aligned: Pcm) -> tuple[int, ...]:
    """Lengths of the silences in which `SHORTEST_GAP_MS` of speech and more went missing.

    Each counts from the first to the last missing speech: a pause of the talker's in between is part of it.
    """
    said, got = _levels_db(reference), _levels_db(aligned)
    speaking = said > np.max(said) + SPEECH_DB
    gain = float(np.median((got - said)[speaking]))
    missing = speaking & (got < said + max(gain, QUIETEST_DB) + GAP_DB)
    lengths: list[int] = []
    for first, last in _runs(missing | ~speaking):
        unheard = np.flatnonzero(missing[first:last])
        if len(unheard) * HOP_MS >= SHORTEST_GAP_MS:
            lengths.append(int(unheard[-1] - unheard[0] + 1) * HOP_MS)
    return tuple(lengths)


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last of every run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(int), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _levels_db(samples: Pcm) -> Pcm:
    hop = HOP_MS * RATE // 1000
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop)
    return np.asarray(10 * np.log10(np.mean(frames**2, axis=1) + 1e-10))


def _decibels(power: float) -> float:
    return float(10 * np.log10(power + 1e-10))
