"""A call's numbers in the coordinator's words.

Not here: the numbers (`server.call_health`). They are the pair's: no side is named, nothing was overheard.
"""

from __future__ import annotations

from typing import Final

from server.call_health import Health
from signalling.protocol import Rung

RUNG_WORDS: Final[dict[Rung, str]] = {
    "hd": "Sharp video",
    "sd": "Video",
    "low": "Small video",
    "stills": "Still pictures",
    "voice": "Voice only",
    "survival": "Voice on a very thin line",
    "phone": "Telephone offered",
}
VIDEO: Final[frozenset[Rung]] = frozenset({"hd", "sd", "low"})


def call_line(health: Health) -> str:
    """What today's rooms say of a call; empty when nothing is recorded."""
    video_s = sum(spent for rung, spent in health.seconds.items() if rung in VIDEO)
    other_s = sum(health.seconds.values()) - video_s
    parts = (f"{amount(video_s)} video" * bool(video_s), f"{amount(other_s)} without" * bool(other_s))
    return ", ".join(filter(None, parts))


def loss_line(health: Health) -> str:
    """How much was lost and how soon it was back."""
    if not health.lost_s:
        return "nothing lost" if health.seconds else ""
    back = "" if health.recover_s is None else f", back after {amount(health.recover_s)}"
    return f"{amount(health.lost_s)} lost{back}"


def rung_rows(health: Health) -> list[tuple[str, str]]:
    """Each rung that was used, in words, and for how long."""
    return [(RUNG_WORDS[rung], amount(spent)) for rung, spent in health.seconds.items()]


def amount(seconds: int) -> str:
    """Seconds below a minute and a half, then whole minutes."""
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"
