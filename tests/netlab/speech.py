"""What the two people of the lab say: about 26 s of speech each, looped by the fake microphone.

The recordings are committed, so no test depends on a synthesiser; `python -m tests.netlab.speech`
makes them again with espeak-ng (its output is free of its licence). The voices change with every
sentence, the loops differ in length, and no sentence occurs twice: alignment is unambiguous.
"""

from __future__ import annotations

import itertools
import subprocess
import wave
from fractions import Fraction
from pathlib import Path
from typing import Literal, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

Pcm: TypeAlias = npt.NDArray[np.float64]
Talker = Literal["ann", "ben"]

RATE = 16_000
"""Samples a second of all speech in the lab: wide band, twice what STOI looks at."""

MICROPHONE_RATE = 48_000
FOLDER = Path(__file__).parent / "speech"
LOUDNESS = 0.06
PAUSE_S = 0.22
BITS_PER_SECOND = 40_000

VOICES: dict[Talker, tuple[str, ...]] = {
    "ann": ("en-gb-x-rp+f3", "en-us+linda", "en-gb-scotland+f4"),
    "ben": ("en-us+m1", "en-gb+m3", "en-us+m7"),
}
SENTENCES: dict[Talker, tuple[str, ...]] = {
    "ann": (
        "Good to see you again, and thank you for sending the agenda early.",
        "Last time you promised to speak first at the Thursday meeting. How did that go?",
        "It often helps to write down just three questions before you walk in.",
        "Six of my colleagues changed teams last year, and each of them was nervous.",
        "Which part of the budget would you rather explain by yourself?",
        "Shall we fix the next date now, before both calendars fill up?",
        "If the picture stops, keep talking; I can hear every word you say.",
    ),
    "ben": (
        "I did speak first, although my voice was shaking a little at the beginning.",
        "They asked about the cost of the pilot, and luckily I had the figures with me.",
        "What surprised me was how quickly the others joined in afterwards.",
        "My manager wants a short plan by Friday, and I have no idea where to start.",
        "Perhaps I could show you a rough draft and we look at it together.",
        "The hardest bit is choosing which of the seven projects should wait.",
        "Let me write that into the notes so that neither of us forgets it.",
    ),
}


def spoken(talker: Talker) -> Pcm:
    """One round of a talker's loop: mono, `RATE` samples a second, -1 to 1."""
    with av.open(str(_recording(talker))) as container:
        frames = av.AudioResampler("s16", "mono", RATE)
        decoded = [out for frame in container.decode(audio=0) for out in frames.resample(frame)]
    samples = np.concatenate([frame.to_ndarray()[0] for frame in decoded])
    return np.asarray(samples, dtype=np.float64) / 32768


def write_wav(talker: Talker, path: Path) -> Path:
    """Write a talker's loop for --use-file-for-fake-audio-capture; returns the path."""
    loud = resample_poly(spoken(talker), MICROPHONE_RATE // RATE, 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(MICROPHONE_RATE)
        file.writeframes(to_int16(loud).tobytes())
    return path


def _recording(talker: Talker) -> Path:
    return FOLDER / f"{talker}.opus"


def to_int16(samples: Pcm) -> npt.NDArray[np.int16]:
    """Samples of -1 to 1 as a WAV file holds them."""
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)


def _synthesise(talker: Talker) -> Pcm:
    """Speak all sentences, each at the same loudness, with a breath between them."""
    pause = np.zeros(int(PAUSE_S * RATE))
    said: list[Pcm] = []
    for voice, sentence in zip(itertools.cycle(VOICES[talker]), SENTENCES[talker], strict=False):
        said += [_say(voice, sentence), pause]
    return np.concatenate(said)


def _say(voice: str, sentence: str) -> Pcm:
    command = ["espeak-ng", "-v", voice, "-s", "165", "--stdout", sentence]
    wav = subprocess.run(command, capture_output=True, check=True).stdout
    samples = np.frombuffer(wav[44:], dtype="<i2").astype(np.float64) / 32768
    voiced = np.flatnonzero(np.abs(samples) > 0.005)
    ratio = Fraction(RATE, int.from_bytes(wav[24:28], "little"))
    wide: Pcm = resample_poly(samples[voiced[0] : voiced[-1]], ratio.numerator, ratio.denominator)
    return np.asarray(wide * (LOUDNESS / np.sqrt(np.mean(wide**2))))


def _record(talker: Talker) -> None:
    samples = to_int16(_synthesise(talker))
    with av.open(str(_recording(talker)), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = BITS_PER_SECOND
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    _record("ann")
    _record("ben")
