"""One call drawn as SVG: for each person the rung, what the line carried, the delay, and what was concealed.

By hand, for want of nothing more; no figure is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from bench.call.figures import Figures
from bench.call.profiles import profile
from bench.call.reactions import RUNGS
from bench.call.seconds import Second
from bench.call.steps import Line

WIDTH, LEFT, RIGHT, LANE, GAP, TOP = 960, 96, 16, 96, 34, 44
INK, SOFT = "#1b2733", "#6b7a88"
COLOURS = {
    "audio": "#0b6e4f",
    "video": "#2f6fb3",
    "wire": "#9aa7b3",
    "delay": "#8a4fbf",
    "concealed": "#c0392b",
}

Point = tuple[float, float]


def picture(figures: Figures) -> str:
    """The whole drawing; time runs from the profile's second 0."""
    played = profile(figures.name)
    length_s = played.length_s
    steps = sorted({step.at_s for step in played.steps if isinstance(step, Line)})

    def x(at_s: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * max(0.0, min(1.0, at_s / length_s))

    parts: list[str] = []
    y = TOP
    for person, seconds in figures.seconds.items():
        for lane in (_rungs, _sent, _ears):
            parts += [*_frame(x, y, steps, length_s), *lane(figures, person, seconds, x, y)]
            y += LANE + GAP
    title = f"{figures.name}: {played.what} (machine {figures.busy_pm / 10:.0f} % busy)"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}">\n<title>{escape(title)}</title>\n'
        f'<rect width="{WIDTH}" height="{y}" fill="#fff"/>\n'
        + "\n".join([_text(LEFT, 20, title), *parts])
        + "\n</svg>\n"
    )


def _frame(x: Callable[[float], float], y: float, steps: Sequence[float], length_s: float) -> list[str]:
    """A lane's ground, the moments the line changed, and a mark every ten seconds."""
    lines = [
        f'<rect x="{LEFT}" y="{y}" width="{WIDTH - LEFT - RIGHT}" height="{LANE}" fill="#f4f6f8"/>',
        *(_line(x(at), y, x(at), y + LANE, SOFT, "4 3") for at in steps),
    ]
    lines += [
        _text(x(at), y + LANE + 13, f"{at} s", SOFT, "middle") for at in range(0, int(length_s) + 1, 10)
    ]
    return lines


def _rungs(
    figures: Figures, person: str, _seconds: Sequence[Second], x: Callable[[float], float], y: float
) -> list[str]:
    def height(rung: str) -> float:
        return y + 8 + (LANE - 16) * RUNGS.index(rung) / (len(RUNGS) - 1)

    changes = [(s.at_ms / 1000, s.value) for s in figures.shown if (s.person, s.what) == (person, "rung")]
    points: list[Point] = []
    for (at, rung), (until, _) in pairwise([*changes, (1e9, "")]):
        points += [(x(at), height(rung)), (x(until), height(rung))]
    names = [_text(LEFT - 6, height(rung) + 4, rung, SOFT, "end", 10) for rung in RUNGS]
    return [*names, _text(LEFT, y - 5, f"{person}: rung sent"), _path(points, INK)]


def _sent(
    _figures: Figures, person: str, seconds: Sequence[Second], x: Callable[[float], float], y: float
) -> list[str]:
    top = max([100, *(each.wire_kbps for each in seconds)])
    drawn = [
        _path([(x(at), y + LANE * (1 - value / top)) for at, value in _over(_figures, seconds, name)], colour)
        for name, colour in (
            ("wire_kbps", COLOURS["wire"]),
            ("video_kbps", COLOURS["video"]),
            ("audio_kbps", COLOURS["audio"]),
        )
    ]
    return [
        *_legend(y, f"{person} sent, kbit/s:", ("audio", "video", "wire")),
        *_scale(y, top, "kbit/s"),
        *drawn,
    ]


def _ears(
    figures: Figures, person: str, seconds: Sequence[Second], x: Callable[[float], float], y: float
) -> list[str]:
    top = max([200, *(each.buffer_ms + each.rtt_ms // 2 for each in seconds)])
    delay = [
        (
            x((each.at_ms - figures.start_ms) / 1000),
            y + LANE * (1 - (each.buffer_ms + each.rtt_ms // 2) / top),
        )
        for each in seconds
    ]
    bars = [
        _line(x(at), y + LANE, x(at), y + LANE * (1 - value / 1000), COLOURS["concealed"], width=3)
        for at, value in _over(figures, seconds, "concealed_pm")
        if value
    ]
    words = f"{person} heard: half the round trip and the jitter buffer, ms; share concealed, to 100 %:"
    return [
        *_legend(y, words, ("delay", "concealed")),
        *_scale(y, top, "ms"),
        *bars,
        _path(delay, COLOURS["delay"]),
    ]


def _over(figures: Figures, seconds: Sequence[Second], name: str) -> list[Point]:
    return [((each.at_ms - figures.start_ms) / 1000, each.as_dict()[name]) for each in seconds]


def _legend(y: float, words: str, names: Sequence[str]) -> list[str]:
    coloured = " ".join(f'<tspan fill="{COLOURS[name]}">{name}</tspan>' for name in names)
    return [f'<text x="{LEFT}" y="{y - 5}">{escape(words)} {coloured}</text>']


def _scale(y: float, top: float, unit: str) -> list[str]:
    return [
        _text(LEFT - 6, y + 10, f"{top:.0f} {unit}", SOFT, "end", 10),
        _text(LEFT - 6, y + LANE, "0", SOFT, "end", 10),
    ]


def _path(points: Sequence[Point], colour: str) -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.6"/>'


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "none", width: float = 1
) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-dasharray="{dashes}" stroke-width="{width}"/>'
    )


def _text(x: float, y: float, words: str, colour: str = INK, anchor: str = "start", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(words)}</text>"
    )
