"""What tests of the ladder draw their samples from: a clean line, and the values at which it decides.

Not here: the tests, and the traces written by hand (`vectors/ladder.json`).
"""

from __future__ import annotations

from signalling.ladder import GROWTH
from signalling.ladder_table import TABLE
from signalling.ladder_values import Sample

CLEAN = Sample(
    usable_kbps=2400, received_by_peer_kbps=300, loss_pm=0, rtt_ms=40, rtt_rise_ms=0, peer_concealed_pm=0,
    concealed_pm=0, silence_ms=100, peer_silence_ms=100, cpu_limited=0, video_wanted=1,
)  # fmt: skip


def limits() -> dict[str, list[int | None]]:
    """For each metric no data, and every limit of the table with its two neighbours."""
    found: dict[str, set[int]] = {name: {0} for name in Sample.__struct_fields__}
    for sign in TABLE.signs.values():
        at = (
            [sign.limit]
            if isinstance(sign.limit, int)
            else [getattr(rung, sign.limit) for rung in TABLE.rungs]
        )
        metric = GROWTH.get(sign.metric, sign.metric)
        if metric in found:
            found[metric] |= {limit + by for limit in at for by in (-1, 0, 1) if limit + by >= 0}
    return {name: [None, *sorted(values)] for name, values in found.items()}


LIMITS = limits()
LENGTHS = (1, 2, 3, 6, 10, 16, 30)
