"""The full tables as docs/figures.md wants them: what was heard, here, and what the ladder did (`did.py`).

Medians and 95th percentiles over both listeners and all repeats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from bench.call.cells import header, pair, pair_down, row
from bench.call.did import did
from bench.call.figures import Figures, Heard
from bench.call.play import PageName
from bench.call.profiles import profile
from bench.figures import machine, p95

HEARD = (
    "profile", "page", "STOI", "worst", "audibly concealed", "longest gap", "heard again", "mouth to ear",
    "jitter buffer", "picture", "frozen", "sent: audio + video, wire", "machine busy", "calls",
    "against the yardstick",
)  # fmt: skip


def document(command: str, found: Sequence[Figures]) -> str:
    """All of it, as it is to be committed: the command that made it at its head."""
    return f"`{command}` ({machine()})\n\n{tables(found)}\n"


def tables(found: Sequence[Figures]) -> str:
    """All tables, the scale above them."""
    lines = [scale(found), "", *header(HEARD)]
    for name in dict.fromkeys(each.name for each in found):
        for stretch in profile(name).listen:
            lines += _heard_rows(name, stretch, found)
    return "\n".join([*lines, *did(found)])


def scale(found: Sequence[Figures]) -> str:
    """What the scores lie between in this run."""
    floor = median(each.floor for each in found)
    clean = [
        heard.stoi for each in found if (each.name, each.page) == ("P0", "product") for heard in each.heard
    ]
    ceiling = f"{median(clean):.3f}" if clean else "not measured in this run, elsewhere .97"
    return (
        f"STOI's floor, what was heard scored against the other voice: {floor:.3f}; "
        f"its ceiling, Ringback on a clean line: {ceiling}. "
        "Pairs are median / 95th percentile, counted towards the worse."
    )


def _heard_rows(name: str, stretch: str, found: Sequence[Figures]) -> Iterator[str]:
    def of(page: PageName) -> list[Heard]:
        calls = [each for each in found if (each.name, each.page) == (name, page)]
        return [heard for call in calls for heard in call.heard if heard.stretch == stretch]

    product, yardstick = of("product"), of("yardstick")
    for page, heard in (("product", product), ("yardstick", yardstick)):
        if heard:
            calls = [each for each in found if (each.name, each.page) == (name, page)]
            ratio = against(heard, yardstick) if page == "product" and yardstick else ""
            what = f"{name} {profile(name).what}" + (f": {stretch}" if stretch else "")
            yield row([what, page, *_heard_cells(heard), f"{_busy(calls)} %", str(len(calls)), ratio])


def _heard_cells(heard: list[Heard]) -> list[str]:
    delays = [each.delay_p95_ms for each in heard if each.delay_p95_ms is not None]
    again = [each.again_ms for each in heard if each.again_ms is not None]
    middles = [each.delay_ms for each in heard if each.delay_ms is not None]
    return [
        pair_down([each.stoi for each in heard], 3),
        f"{min(each.stoi for each in heard):.3f}",
        f"{pair([each.concealed_pm / 10 for each in heard], 1)} %",
        f"{pair([each.longest_gap_ms for each in heard])} ms",
        f"{pair(again)} ms" if again else "",
        f"{median(middles):.0f} / {p95(delays)} ms" if delays else "-",
        f"{pair([each.buffer_ms for each in heard])} ms",
        f"{pair_down([each.fps for each in heard])} fps",
        f"{pair([each.frozen_ms / 1000 for each in heard], 1)} s",
        _sent(heard),
    ]


def _sent(heard: list[Heard]) -> str:
    audio, video = (
        median(each.sent_audio_kbps for each in heard),
        median(each.sent_video_kbps for each in heard),
    )
    return f"{audio:.0f} + {video:.0f}, {median(each.wire_kbps for each in heard):.0f} kbit/s"


def against(product: list[Heard], yardstick: list[Heard]) -> str:
    """Ratios of medians: more is better for STOI, less for the rest."""

    def middle(heard: list[Heard], name: str) -> float:
        values = [getattr(each, name) for each in heard]
        return float(median([each for each in values if each is not None] or [0]))

    def ratio(name: str) -> str:
        base = middle(yardstick, name)
        return f"x {middle(product, name) / base:.2f}" if base else "-"

    measures = {"STOI": "stoi", "concealed": "concealed_pm", "delay": "delay_ms", "frozen": "frozen_ms"}
    return ", ".join(f"{words} {ratio(name)}" for words, name in measures.items())


def _busy(calls: list[Figures]) -> str:
    return f"{median(each.busy_pm for each in calls) / 10:.0f}"
