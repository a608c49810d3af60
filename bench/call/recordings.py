"""What was said and heard in a call as WAV files, for whoever wants to listen to a score.

All of them begin at the second 0 of the profile less the alignment's margin, so they lie over each other.
"""

from __future__ import annotations

import wave
from pathlib import Path

from bench.call.play import MARGIN_MS, Played
from tests.netlab.lab import TALKERS
from tests.netlab.speech import RATE, Pcm, to_int16


def write(played: Played, folder: Path, name: str) -> list[Path]:
    """FOLDER/NAME-ann-said.wav, -ann-heard.wav and the same for ben; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    span = (played.start_ms - MARGIN_MS, played.at_ms(played.profile.length_s) + MARGIN_MS)
    written = []
    for person in played.people:
        for what, samples in (
            ("said", person.hearing.said(*span)),
            ("heard", person.hearing.between(*span)),
        ):
            path = folder / f"{name}-{TALKERS[person.name]}-{what}.wav"
            written.append(_write(path, samples))
    return written


def _write(path: Path, samples: Pcm) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(to_int16(samples).tobytes())
    return path
