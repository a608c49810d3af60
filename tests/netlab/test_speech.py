"""The material: long enough, loud enough, wide-band, never twice the same."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from tests.netlab import speech
from tests.netlab.speech import RATE, SENTENCES, Talker

TALKERS: tuple[Talker, ...] = ("ann", "ben")


@pytest.mark.parametrize("talker", TALKERS)
def test_a_talker_has_something_to_say_without_long_pauses(talker: Talker) -> None:
    said = speech.spoken(talker)
    frames = said[: len(said) // 320 * 320].reshape(-1, 320)
    spoken = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) > 0.003)
    assert 25 < len(said) / RATE < 32
    assert np.max(np.diff(spoken)) * 20 < 400
    assert np.max(np.abs(said)) < 0.8


@pytest.mark.parametrize("talker", TALKERS)
def test_the_speech_uses_the_wide_band(talker: Talker) -> None:
    spectrum = np.abs(np.fft.rfft(speech.spoken(talker))) ** 2
    hertz = np.linspace(0, RATE / 2, len(spectrum))
    assert 10 * np.log10(np.sum(spectrum[hertz > 4000]) / np.sum(spectrum)) > -25


def test_the_loops_differ_in_length_and_no_sentence_occurs_twice() -> None:
    sentences = [*SENTENCES["ann"], *SENTENCES["ben"]]
    assert len(set(sentences)) == len(sentences)
    assert abs(len(speech.spoken("ann")) - len(speech.spoken("ben"))) > RATE / 2


def test_the_microphone_file_is_what_chromium_reads(tmp_path: Path) -> None:
    path = speech.write_wav("ann", tmp_path / "ann.wav")
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        assert file.getnframes() == 3 * len(speech.spoken("ann"))
