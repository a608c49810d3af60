"""What the ladder is given, `Sample`, and what it answers, `Decision`.

Not here: how one follows from the other (`ladder`), or how a sample is measured (`webclient/src/stats.ts`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from signalling.ladder_table import Audio, Side


class Sample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One look at the line; units and formulas are `metrics` in the table."""

    usable_kbps: int | None = None
    received_by_peer_kbps: int | None = None
    delivered_pm: int | None = None
    capacity_kbps: int | None = None
    loss_pm: int | None = None
    loss_in_pm: int | None = None
    rtt_ms: int | None = None
    rtt_rise_ms: int | None = None
    peer_concealed_pm: int | None = None
    concealed_pm: int | None = None
    silence_ms: int | None = None
    peer_silence_ms: int | None = None
    cpu_limited: int | None = None
    video_wanted: int | None = None
    server_rise_ms: int | None = None
    peer_server_rise_ms: int | None = None
    peer_at_last_rung: int | None = None
    peer_speech_lost: int | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What holds from `at_ms` on, and why it changed.

    `rung` is what people are told; while `probing`, send that rung's picture instead, at low priority.
    `audio` is what to send now, probe or not: a rung without picture is tried by its sound.
    `warning` is news, not state: the rung that is about to come. `phone` is joint: the peer has it too; it
    is offered at the rung `phone`, or, where an order keeps the picture, at the order's floor.
    """

    at_ms: int
    rung: str
    previous: str
    reason: str
    """A reason of the table, or: start, peer, pinned, probe, probe_failed, recovered, audio, whose."""
    audio: Audio
    probing: str | None = None
    warning: str | None = None
    phone: Literal["hidden", "offered"] = "hidden"
    whose: Side = "none"
