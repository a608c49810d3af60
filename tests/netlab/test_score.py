"""The measure against damage made on purpose: its ceiling, its floor, and what it must not punish."""

from __future__ import annotations

import numpy as np
import pytest

from tests.netlab import speech
from tests.netlab.align import Search
from tests.netlab.score import judge
from tests.netlab.speech import RATE, Pcm

FRAME = RATE // 50
AMID_A_SENTENCE_S = 5.4


@pytest.fixture(scope="module")
def loop() -> Pcm:
    return speech.spoken("ann")


def some_of(loop: Pcm, start_s: float = 20, length_s: float = 12) -> Pcm:
    """A stretch of the endless loop, over its end."""
    first = int(start_s * RATE)
    return np.take(loop, np.arange(first, first + int(length_s * RATE)), mode="wrap")


def test_what_arrives_unchanged_is_perfect(loop: Pcm) -> None:
    verdict = judge(loop, 0.5 * some_of(loop))
    assert verdict.stoi > 0.999
    assert verdict.gaps_ms == ()
    assert verdict.wander_ms == 0


@pytest.mark.parametrize("start_s", [0, 8, 16])
def test_unrelated_speech_is_the_floor(loop: Pcm, start_s: float) -> None:
    assert judge(loop, some_of(speech.spoken("ben"), start_s)).stoi < 0.4


def test_silence_is_no_speech(loop: Pcm) -> None:
    verdict = judge(loop, np.zeros(6 * RATE))
    assert verdict.stoi < 0.1
    assert verdict.longest_gap_ms > 5500


def test_noise_lowers_the_score_and_makes_no_gap(loop: Pcm) -> None:
    noise = np.random.default_rng(1).normal(0, 0.018, 12 * RATE)
    verdict = judge(loop, some_of(loop) + noise)
    assert 0.85 < verdict.stoi < 0.96
    assert verdict.gaps_ms == ()


def test_a_stretching_jitter_buffer_is_no_damage(loop: Pcm) -> None:
    pieces: list[Pcm] = []
    for number, frame in enumerate(some_of(loop).reshape(-1, FRAME)):
        grow, shrink = 100 < number < 300, 350 < number < 550
        pieces += [frame, frame[-FRAME // 2 :]] if grow and number % 5 == 0 else [frame]
        if shrink and number % 5 == 0:
            pieces[-1] = frame[: FRAME // 2]
    verdict = judge(loop, np.concatenate(pieces))
    assert verdict.stoi > 0.95
    assert verdict.gaps_ms == ()
    assert verdict.wander_ms == pytest.approx(400, abs=30)


@pytest.mark.parametrize("length_ms", [120, 300, 500, 1000])
def test_a_hole_is_a_gap_of_its_length(loop: Pcm, length_ms: int) -> None:
    heard = some_of(loop, start_s=AMID_A_SENTENCE_S - 5)
    heard[5 * RATE : 5 * RATE + length_ms * RATE // 1000] = 0
    verdict = judge(loop, heard)
    assert verdict.longest_gap_ms == pytest.approx(length_ms, abs=80)
    assert sum(verdict.gaps_ms) <= length_ms + 20
    assert verdict.stoi < 0.999


def test_a_pause_of_the_playback_delays_what_follows_and_loses_nothing(loop: Pcm) -> None:
    said = some_of(loop, length_s=15)
    heard = np.concatenate([said[: 7 * RATE], np.zeros(RATE), said[7 * RATE :]])
    verdict = judge(loop, heard, margin_s=2)
    assert verdict.stoi > 0.97
    assert verdict.wander_ms == pytest.approx(1000, abs=20)


def test_skipped_speech_is_lost_speech(loop: Pcm) -> None:
    said = some_of(loop, start_s=2)
    verdict = judge(loop, np.concatenate([said[: 5 * RATE], said[6 * RATE :]]))
    assert verdict.stoi < 0.99
    assert sum(verdict.gaps_ms) > 400


def test_more_loss_scores_less(loop: Pcm) -> None:
    random = np.random.default_rng(3)
    scores = []
    for share in (0.1, 0.3, 0.5):
        frames = some_of(loop).reshape(-1, FRAME).copy()
        frames[random.random(len(frames)) < share] = 0
        scores.append(judge(loop, frames.ravel()).stoi)
    assert 0.97 > scores[0] > scores[1] + 0.05 > scores[2] + 0.1
    assert scores[2] > 0.5


def test_the_margin_may_hold_what_was_delayed_but_is_not_scored(loop: Pcm) -> None:
    said = some_of(loop)
    said[: 2 * RATE] = 0
    said[-2 * RATE :] = 0
    verdict = judge(loop, said, margin_s=2)
    assert verdict.stoi > 0.999
    assert verdict.heard_ms == 8000


def test_too_short_a_recording_is_refused(loop: Pcm) -> None:
    with pytest.raises(ValueError, match="too short"):
        judge(loop, some_of(loop, length_s=2))


@pytest.mark.parametrize("delay_ms", [0, 90, 640, 2800])
def test_the_delay_from_mouth_to_ear_is_the_time_between_two_recordings(loop: Pcm, delay_ms: int) -> None:
    said = some_of(loop, length_s=16)
    heard = some_of(loop, start_s=20 - delay_ms / 1000, length_s=16)
    verdict = judge(loop, heard, margin_s=2, said=said)
    assert verdict.delay_ms == pytest.approx(delay_ms, abs=4)
    assert np.ptp(verdict.delays_ms) <= 50
    assert judge(loop, heard, margin_s=2).delay_ms is None


def test_a_stuttering_microphone_is_no_delay(loop: Pcm) -> None:
    said = some_of(loop, length_s=15)
    said = np.concatenate([said[: 7 * RATE], np.zeros(RATE // 5), said[7 * RATE :]])
    heard = np.concatenate([np.zeros(RATE // 10), said])
    verdict = judge(loop, heard[: len(said)], margin_s=2, said=said)
    assert verdict.delays_ms
    assert set(np.unique(verdict.delays_ms)) <= set(range(94, 107))


def test_a_piece_is_found_as_a_plain_correlation_finds_it() -> None:
    noise = np.random.default_rng(3)
    recording, piece = noise.normal(size=9_000), noise.normal(size=320)
    found = Search(recording, len(piece), 5_000).coefficients(piece, 3_000)
    windows = np.lib.stride_tricks.sliding_window_view(recording, len(piece))[3_000:8_000]
    plain = windows @ piece / np.sqrt(np.sum(windows**2, axis=1) * np.sum(piece**2))
    assert found == pytest.approx(plain, abs=1e-9)
