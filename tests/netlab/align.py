"""Finding in a recording, moment by moment, what was being said: offset, delays, realignment.

A jitter buffer stretches, squeezes and pauses speech without damaging it; this undoes that much and no
more. Judging what is left is `score.py`'s business.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d
from scipy.signal import resample_poly

from tests.netlab.speech import RATE, Pcm

HOP_MS = 20
WINDOW_S = 0.08
WANDER_S = 2.0
"""How far the delay may move from where the recording was anchored."""

COARSE = 4_000
"""Samples a second used to find delays; the voice's fundamental and first formants are below."""

STATE_MS = 2
"""Delays are told apart this finely; STOI looks at the envelopes of 26 ms."""

STRETCH_MS = 15
"""NetEq cuts or repeats at most one pitch period at a time, 2.5 to 15 ms (WebRTC, time_stretch)."""

SKIP_MS = 20
"""What was said later is heard later: a delay shrinks by no more than the hop that went unheard."""

STEP_COST_PER_MS, SKIP_COST, JUMP_COST = 0.03, 0.3, 2.0
"""In units of one hop's perfect correlation."""

CHANCE = 0.3
"""Any two bits of speech correlate this much at one delay or another: it counts as no match."""

QUIET_DB = -30.0
"""Below the mean by this much there is nothing to match."""

VOTING_REACH_S = 0.05
"""A vote for an offset is one for its neighbourhood: the delay moves while a recording is made."""

_FLOOR, _SILENCE = 1e-4, 1e-9
"""Less than this share of the mean power, and this power, count as this much."""


def stretch_of(loop: Pcm, offset: int, length: int) -> Pcm:
    """So many samples of the endless loop from an offset on."""
    return np.take(loop, np.arange(offset, offset + length), mode="wrap")


def offset_in(loop: Pcm, heard: Pcm) -> int:
    """Where in the endless loop the recording begins, in samples, within `VOTING_REACH_S`.

    Every second of the recording votes for an offset, so holes and stretches do not mislead it.
    """
    coarse_loop, coarse_heard = _coarse(loop), _coarse(heard)
    votes = np.zeros(len(coarse_loop))
    for start in range(0, len(coarse_heard) - COARSE + 1, COARSE):
        votes += np.roll(_circular_match(coarse_loop, coarse_heard[start : start + COARSE]), -start)
    return (int(np.argmax(votes)) * RATE) // COARSE + int(VOTING_REACH_S * RATE)


def delays_ms(reference: Pcm, around: Pcm) -> npt.NDArray[np.int64]:
    """For each `HOP_MS` of the reference, how much later (+) or earlier (-) than anchored it was heard.

    `around` is the recording with `WANDER_S` more before and after than the reference covers.

    The best path through all delays (Viterbi): a match is worth up to 1 a hop, drifting costs a little,
    jumping to a greater delay (a pause of the playback) `JUMP_COST`. Playback never runs backwards, so a
    concealed hole cannot be papered over with a similar sound from elsewhere.
    """
    matches = _matches(_coarse(reference), _coarse(around))
    came_from = np.zeros(matches.shape, dtype=np.int32)
    worth = matches[0]
    for hop in range(1, len(matches)):
        worth, came_from[hop] = _best_step(worth)
        worth = worth + matches[hop]
    path = [int(np.argmax(worth))]
    for hop in range(len(matches) - 1, 0, -1):
        path.append(int(came_from[hop, path[-1]]))
    return np.array(path[::-1]) * STATE_MS - int(WANDER_S * 1000)


def realigned(around: Pcm, delays: npt.NDArray[np.int64]) -> Pcm:
    """The recording with every hop moved back to where it was said; silence for what was skipped."""
    hop = HOP_MS * RATE // 1000
    margin = int(WANDER_S * RATE) + 2 * hop
    padded = np.pad(around, 2 * hop)
    window = np.hanning(2 * hop + 1)[:-1]
    out = np.zeros((len(delays) + 2) * hop)
    skipped = np.diff(delays, append=delays[-1]) <= -SKIP_MS
    for number, delay in enumerate(delays):
        if skipped[number]:
            continue
        at = margin + number * hop + int(delay) * RATE // 1000
        out[number * hop : (number + 2) * hop] += window * padded[at : at + 2 * hop]
    return out


def _coarse(samples: Pcm) -> Pcm:
    thinned: Pcm = resample_poly(samples, 1, RATE // COARSE)
    return thinned - np.mean(thinned)


def _circular_match(loop: Pcm, piece: Pcm) -> Pcm:
    """Correlation coefficient of a piece with every place of the loop, best within reach around."""
    size = len(loop)
    dots = np.fft.irfft(np.fft.rfft(loop) * np.conj(np.fft.rfft(piece, size)), size)
    wrapped = np.concatenate((loop, loop[: len(piece)]))
    return _spread(dots / _norms(wrapped, piece, size), int(VOTING_REACH_S * COARSE))


def _matches(reference: Pcm, around: Pcm) -> Pcm:
    """Per hop of the reference, how well each delay fits: 0 for chance or silence, 1 for equal."""
    hop, window, wander = (int(s * COARSE) for s in (HOP_MS / 1000, WINDOW_S, WANDER_S))
    pool, lead = COARSE * STATE_MS // 1000, (window - hop) // 2
    said = np.pad(reference, (lead, window))
    search = Search(np.pad(around, (lead, window + hop)), window, 2 * wander)
    quiet = np.mean(reference**2) * 10 ** (QUIET_DB / 10)
    rows = np.zeros((len(reference) // hop, 2 * wander // pool))
    for number in range(len(rows)):
        piece = said[number * hop : number * hop + window]
        if np.mean(piece**2) >= quiet:
            found = search.coefficients(piece, number * hop)
            rows[number] = np.maximum.reduce([found[each::pool] for each in range(pool)])
    return np.asarray(np.maximum(rows - CHANCE, 0) / (1 - CHANCE))


class Search:
    """Where in a recording a short piece fits: many pieces, each at `count` places from one on.

    The recording's spectra are made once, in blocks that overlap by a piece (overlap-save).
    """

    BLOCK = 2048

    def __init__(self, recording: Pcm, window: int, count: int) -> None:
        self._window, self._count, self._step = window, count, self.BLOCK - window
        blocks = -(-len(recording) // self._step)
        padded = np.pad(recording, (0, blocks * self._step + self.BLOCK - len(recording)))
        overlapping = np.lib.stride_tricks.sliding_window_view(padded, self.BLOCK)[:: self._step]
        self._spectra = np.fft.rfft(overlapping)
        self._energy = np.concatenate(([0.0], np.cumsum(recording**2)))
        self._levels = np.sqrt(np.maximum(self._energy[window:] - self._energy[:-window], 0))

    def coefficients(self, piece: Pcm, first: int) -> Pcm:
        """Correlation coefficient of the piece with each of the places; next to silence counts as silence."""
        length = self._count + self._window
        mean = (self._energy[first + length] - self._energy[first]) / length
        least = np.sqrt(_FLOOR * self._window * max(mean, _SILENCE))
        levels = np.maximum(self._levels[first : first + self._count], least)
        level = np.sqrt(max(float(np.sum(piece**2)), _SILENCE))
        return np.asarray(self._dots(piece, first) / (levels * level))

    def _dots(self, piece: Pcm, first: int) -> Pcm:
        block, within = divmod(first, self._step)
        spectra = self._spectra[block : (first + self._count - 1) // self._step + 1]
        products = np.fft.irfft(spectra * np.conj(np.fft.rfft(piece, self.BLOCK)), self.BLOCK)
        return np.asarray(products[:, : self._step].reshape(-1)[within : within + self._count])


def _norms(searched: Pcm, piece: Pcm, count: int) -> Pcm:
    energy = np.concatenate(([0.0], np.cumsum(searched**2)))
    windows = energy[len(piece) : len(piece) + count] - energy[:count]
    floor = _FLOOR * len(piece) * max(float(np.mean(searched**2)), _SILENCE)
    return np.asarray(np.sqrt(np.maximum(windows, floor) * max(float(np.sum(piece**2)), _SILENCE)))


def _spread(values: Pcm, reach: int) -> Pcm:
    return np.asarray(maximum_filter1d(values, 2 * reach + 1, mode="wrap"))


def _best_step(worth: Pcm) -> tuple[Pcm, npt.NDArray[np.int32]]:
    """The best predecessor of every state and what it is worth after paying for the step."""
    states = np.arange(len(worth), dtype=np.int32)
    greatest = np.maximum.accumulate(worth)
    came_from = np.maximum.accumulate(np.where(worth == greatest, states, 0))
    best = greatest - JUMP_COST
    stretch = STRETCH_MS // STATE_MS
    skip = -SKIP_MS // STATE_MS
    for step in (skip, *range(-stretch, stretch + 1)):
        to = slice(max(0, step), len(states) + min(0, step))
        origin = slice(max(0, -step), len(states) + min(0, -step))
        offered = worth[origin] - (SKIP_COST if step == skip else abs(step) * STATE_MS * STEP_COST_PER_MS)
        better = offered > best[to]
        best[to][better] = offered[better]
        came_from[to][better] = states[origin][better]
    return best, came_from
