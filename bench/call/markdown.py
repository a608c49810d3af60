"""The full tables as docs/figures.md wants them: what was heard, and what the ladder did.

Medians and 95th percentiles over both listeners and all repeats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from bench.call.figures import Figures, Heard
from bench.call.play import PageName
from bench.call.profiles import PROFILES
from bench.call.reactions import RIGHT, Reactions, reactions
from bench.figures import p95

NEVER = "never"
HEARD = (
    "profile", "page", "STOI p50", "worst", "audibly concealed", "longest gap", "heard again", "mouth to ear",
    "jitter buffer", "picture", "frozen", "sent: audio + video, wire", "machine busy", "calls",
    "against the yardstick",
)  # fmt: skip
DID = (
    "profile", "told", "first fall", "voice only", "outage seen", "telephone", "video back", "hd back",
    "reversals", "side: right, unclear, wrong", "a call's rungs",
)  # fmt: skip


def tables(found: Sequence[Figures]) -> str:
    """Both tables, the scale above them."""
    lines = [scale(found), "", *_header(HEARD)]
    for name in dict.fromkeys(each.name for each in found):
        for stretch in PROFILES[name].listen:
            lines += _heard_rows(name, stretch, found)
    if any(each.page == "product" for each in found):
        lines += ["", *_header(DID)]
    for name in dict.fromkeys(each.name for each in found if each.page == "product"):
        lines.append(_did_row(name, [each for each in found if (each.name, each.page) == (name, "product")]))
    return "\n".join(lines)


def scale(found: Sequence[Figures]) -> str:
    """What the scores lie between in this run."""
    floor = median(each.floor for each in found)
    clean = [
        heard.stoi for each in found if (each.name, each.page) == ("P0", "product") for heard in each.heard
    ]
    ceiling = f"{median(clean):.3f}" if clean else "not measured in this run, elsewhere .97"
    return (
        f"STOI's floor, what was heard scored against the other voice: {floor:.3f}; "
        f"its ceiling, Ringback on a clean line: {ceiling}. Pairs are median / 95th percentile."
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
            what = f"{name} {PROFILES[name].what}" + (f": {stretch}" if stretch else "")
            yield _row([what, page, *_heard_cells(heard), f"{_busy(calls)} %", str(len(calls)), ratio])


def _heard_cells(heard: list[Heard]) -> list[str]:
    delays = [each.delay_p95_ms for each in heard if each.delay_p95_ms is not None]
    again = [each.again_ms for each in heard if each.again_ms is not None]
    middles = [each.delay_ms for each in heard if each.delay_ms is not None]
    return [
        f"{median(each.stoi for each in heard):.3f}",
        f"{min(each.stoi for each in heard):.3f}",
        f"{_pair([each.concealed_pm / 10 for each in heard], 1)} %",
        f"{_pair([each.longest_gap_ms for each in heard])} ms",
        f"{_pair(again)} ms" if again else "",
        f"{median(middles):.0f} / {max(delays)} ms" if delays else "-",
        f"{median(each.buffer_ms for each in heard):.0f} ms",
        f"{median(each.fps for each in heard):.0f} fps",
        f"{median(each.frozen_ms for each in heard) / 1000:.1f} s",
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

    return f"STOI {ratio('stoi')}, concealed {ratio('concealed_pm')}, delay {ratio('delay_ms')}"


def _did_row(name: str, calls: list[Figures]) -> str:
    screens = [reactions(call, PROFILES[name], person) for call in calls for person in call.seconds]
    told = [
        _times([getattr(each, what) for each in screens])
        for what in ("told_ms", "fell_ms", "voice_ms", "cut_off_ms", "phone_ms", "back_ms", "hd_ms")
    ]
    return _row(
        [name, *told, str(max(each.reversals for each in screens)), sides(screens), rungs_of(screens[:2])]
    )


def sides(screens: Sequence[Reactions]) -> str:
    """Shares of the bad time: the screens named the right side, were unclear, named the wrong one."""
    right = median(each.verdict_pm.get(RIGHT[each.person], 0) for each in screens)
    unclear = median(each.verdict_pm.get("unclear", 0) for each in screens)
    wrong = max(
        share for each in screens for side, share in [("", 0), *each.verdict_pm.items()]
        if side not in (RIGHT[each.person], "unclear", "none")
    )  # fmt: skip
    return f"{right / 10:.0f}, {unclear / 10:.0f}, {wrong / 10:.0f} %"


def rungs_of(screens: Sequence[Reactions]) -> str:
    return "; ".join(f"{each.person}: {', '.join(each.rungs)}" for each in screens)


def _times(values: list[int | None]) -> str:
    """Median / p95 in seconds, and how many of them never did."""
    happened = [each for each in values if each is not None]
    if not happened:
        return NEVER
    missed = f" ({len(values) - len(happened)} of {len(values)} never)" if len(happened) < len(values) else ""
    return f"{median(happened) / 1000:.1f} / {p95(happened) / 1000:.1f} s{missed}"


def _pair(values: Sequence[float], digits: int = 0) -> str:
    return f"{median(values):.{digits}f} / {p95(values):.{digits}f}"


def _busy(calls: list[Figures]) -> str:
    return f"{median(each.busy_pm for each in calls) / 10:.0f}"


def _header(titles: Sequence[str]) -> list[str]:
    return [_row(titles), "|" + "---|" * len(titles)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
