"""Figures as words: a line a call while measuring, and the Markdown tables of docs/figures.md.

Nothing is measured here.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.call.figures import Figures, Heard, Shown


def brief(figures: Figures) -> str:
    """One call in a few lines, for whoever tunes."""
    lines = [f"{figures.name} {figures.page} (machine {figures.busy_pm / 10:.0f} % busy)"]
    lines += [f"  {_brief_heard(heard)}" for heard in figures.heard]
    for person in figures.seconds:
        changes = [
            _change(each) for each in figures.shown if each.person == person and each.what != "aria-live"
        ]
        words = [each for each in figures.shown if each.person == person and each.what == "aria-live"]
        lines.append(f"  {person}'s screen: {', '.join(changes)}")
        lines += [f"    {each.at_ms / 1000:+.1f} s  “{each.value}”" for each in words]
    return "\n".join(lines)


def _brief_heard(heard: Heard) -> str:
    where = f" [{heard.stretch}]" if heard.stretch else ""
    return (
        f"{heard.listener} heard{where} STOI {heard.stoi:.3f}, gap {heard.longest_gap_ms} ms "
        f"(silent {heard.silent_ms}), concealed {heard.concealed_pm / 10:.1f} %, "
        f"mouth to ear {heard.delay_ms} / {heard.delay_p95_ms} ms (buffer {heard.buffer_ms}, "
        f"wandered {heard.wander_ms}), stretched {heard.inserted_pm / 10:.1f} % squeezed "
        f"{heard.removed_pm / 10:.1f} %, {heard.fps} fps, frozen {heard.frozen_ms} ms; sent to them: "
        f"audio {heard.sent_audio_kbps} video {heard.sent_video_kbps} wire {heard.wire_kbps} kbit/s, "
        f"RTT {heard.rtt_ms} ms"
    )


def _change(shown: Shown) -> str:
    why = f" ({shown.reason})" if shown.reason else ""
    what = "" if shown.what == "rung" else f"{shown.what} "
    return f"{shown.at_ms / 1000:+.1f} {what}{shown.value}{why}"


def timeline(figures: Figures) -> str:
    """Each second of both pages in a fixed-width table: what the page sent, then what it heard."""
    columns = (
        ("audio", "audio_kbps"), ("video", "video_kbps"), ("data", "data_kbps"), ("other", "other_kbps"),
        ("wire", "wire_kbps"), ("avail", "available_kbps"), ("rtt", "rtt_ms"), ("in", "wire_in_kbps"),
        ("loss", "loss_pm"), ("fec", "fec_pm"), ("late", "late_pm"), ("conc", "concealed_pm"),
        ("buf", "buffer_ms"), ("ins", "inserted_pm"),
        ("rem", "removed_pm"), ("fps", "fps"), ("frz", "frozen_ms"), ("h", "sent_height"),
        ("mic", "captured_pm"),
    )  # fmt: skip
    lines: list[str] = []
    for person, seconds in figures.seconds.items():
        lines.append(f"{person:>6} {'rung':>9}" + "".join(f"{title:>6}" for title, _ in columns))
        for each in seconds:
            at_ms = each.at_ms - figures.start_ms
            values = each.as_dict()
            row = "".join(f"{values[name]:>6}" for _, name in columns)
            lines.append(f"{at_ms / 1000:6.1f} {_rung_at(figures.shown, person, at_ms):>9}{row}")
    return "\n".join(lines)


def _rung_at(shown: Sequence[Shown], person: str, at_ms: int) -> str:
    rungs = [s.value for s in shown if s.person == person and s.what == "rung" and s.at_ms <= at_ms]
    return rungs[-1] if rungs else "-"
