"""What one page's getStats() and the lab's lines say of each second of a call: why a score is low.

Not here: what was heard (tests/netlab/score.py), what the page says of itself (tests/netlab/watch.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from tests.netlab.lab import Lab, Participant

EVERY_S = 1.0
OFTEN_S = 0.25
"""Around the moment in which a line goes bad: what is promised of it is a matter of seconds."""

STATS = """async () => {
  const now = {
    audio_out: 0, video_out: 0, data_out: 0, pair_out: 0, audio_in: 0, video_in: 0, data_in: 0, pair_in: 0,
    samples: 0, concealed: 0, silent: 0, buffered_s: 0, emitted: 0, inserted: 0, removed: 0, packets: 0,
    lost: 0, captured_s: 0, fec: 0, discarded: 0, frames: 0, freezes: 0, frozen_s: 0, height: 0, rtt_ms: 0,
    available_kbps: 0,
  };
  const add = (name, value) => { now[name] += value ?? 0; };
  for (const connection of globalThis.netlabConnections ?? []) {
    if (connection.connectionState === 'closed') continue;
    for (const r of (await connection.getStats()).values()) {
      if (r.type === 'outbound-rtp') {
        add(r.kind + '_out', (r.bytesSent ?? 0) + (r.headerBytesSent ?? 0));
        if (r.kind === 'video') now.height = Math.max(now.height, r.frameHeight ?? 0);
      } else if (r.type === 'inbound-rtp') {
        add(r.kind + '_in', (r.bytesReceived ?? 0) + (r.headerBytesReceived ?? 0));
        if (r.kind === 'video') {
          add('frames', r.framesDecoded); add('freezes', r.freezeCount);
          add('frozen_s', r.totalFreezesDuration);
        } else {
          add('samples', r.totalSamplesReceived); add('concealed', r.concealedSamples);
          add('silent', r.silentConcealedSamples); add('buffered_s', r.jitterBufferDelay);
          add('emitted', r.jitterBufferEmittedCount); add('inserted', r.insertedSamplesForDeceleration);
          add('removed', r.removedSamplesForAcceleration); add('packets', r.packetsReceived);
          add('lost', r.packetsLost); add('fec', r.fecPacketsReceived); add('discarded', r.packetsDiscarded);
        }
      } else if (r.type === 'data-channel') {
        add('data_out', r.bytesSent); add('data_in', r.bytesReceived);
      } else if (r.type === 'media-source' && r.kind === 'audio') {
        add('captured_s', r.totalSamplesDuration);
      } else if (r.type === 'candidate-pair' && r.nominated) {
        add('pair_out', r.bytesSent); add('pair_in', r.bytesReceived);
        now.rtt_ms = Math.max(now.rtt_ms, 1000 * (r.currentRoundTripTime ?? 0));
        now.available_kbps = Math.max(now.available_kbps, (r.availableOutgoingBitrate ?? 0) / 1000);
      }
    }
  }
  now.at_ms = performance.timeOrigin + performance.now();
  return now;
}"""


@dataclass(frozen=True, slots=True)
class Second:
    """About a second of one page, or a quarter, ending at `at_ms` (epoch). Rates in kbit/s, shares per mille.

    `audio` and `video` are RTP with headers, `data` the payload of data channels, `other` the rest that the
    connection sent (RTCP, retransmissions' overhead, SCTP), `wire` every IP packet the host sent, signalling
    included. `fec_pm` and `late_pm` are packets of redundancy that came, and packets that came too late, per
    mille of those received (libwebrtc counts RED's copies and in-band FEC in both). `inserted_pm` and
    `removed_pm` are what the jitter buffer stretched and squeezed.
    """

    at_ms: int
    audio_kbps: int
    video_kbps: int
    data_kbps: int
    other_kbps: int
    wire_kbps: int
    heard_kbps: int
    wire_in_kbps: int
    available_kbps: int
    rtt_ms: int
    loss_pm: int
    fec_pm: int
    late_pm: int
    concealed_pm: int
    buffer_ms: int
    inserted_pm: int
    removed_pm: int
    fps: int
    frozen_ms: int
    sent_height: int
    captured_pm: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


Totals = dict[str, float]


async def totals(lab: Lab, people: tuple[Participant, ...]) -> list[Totals]:
    """Each page's running totals, with those of its host's line."""
    pages: list[Totals] = await asyncio.gather(*(person.page.evaluate(STATS) for person in people))
    lines = lab.network.report()["counters"]
    return [
        page
        | {"wire_out": lines[p.name]["up"]["sent_bytes"], "wire_in": lines[p.name]["down"]["delivered_bytes"]}
        for p, page in zip(people, pages, strict=True)
    ]


async def keep(
    lab: Lab, people: tuple[Participant, ...], log: list[list[Totals]], often: Callable[[], bool]
) -> None:
    """Add everybody's totals to the log once a second, or four times while `often`, until cancelled."""
    clock = asyncio.get_running_loop()
    due = clock.time()
    while True:
        log.append(await totals(lab, people))
        due = max(due + (OFTEN_S if often() else EVERY_S), clock.time())
        await asyncio.sleep(due - clock.time())


def grown(log: Sequence[Totals]) -> Totals:
    """By how much each total grew through a log in which pages and tracks may have come and gone."""
    return {
        name: sum(max(0.0, after[name] - before[name]) for before, after in pairwise(log)) for name in log[0]
    }


def second(before: Totals, after: Totals) -> Second:
    """What happened between two totals of one page."""
    d = {name: max(0.0, after[name] - before[name]) for name in after}
    span_ms = max(1.0, d["at_ms"])

    def kbps(name: str) -> int:
        return round(8 * d[name] / span_ms)

    def pm(part: float, whole: float) -> int:
        return round(1000 * part / whole) if whole else 0

    other = max(0.0, d["pair_out"] - d["audio_out"] - d["video_out"] - d["data_out"])
    return Second(
        at_ms=round(after["at_ms"]),
        audio_kbps=kbps("audio_out"),
        video_kbps=kbps("video_out"),
        data_kbps=kbps("data_out"),
        other_kbps=round(8 * other / span_ms),
        wire_kbps=kbps("wire_out"),
        heard_kbps=kbps("audio_in"),
        wire_in_kbps=kbps("wire_in"),
        available_kbps=round(after["available_kbps"]),
        rtt_ms=round(after["rtt_ms"]),
        loss_pm=pm(d["lost"], d["lost"] + d["packets"]),
        fec_pm=pm(d["fec"], d["packets"]),
        late_pm=pm(d["discarded"], d["packets"]),
        concealed_pm=pm(d["concealed"] - d["silent"], d["samples"]),
        buffer_ms=round(1000 * d["buffered_s"] / d["emitted"]) if d["emitted"] else 0,
        inserted_pm=pm(d["inserted"], d["samples"]),
        removed_pm=pm(d["removed"], d["samples"]),
        fps=round(1000 * d["frames"] / span_ms),
        frozen_ms=round(1000 * d["frozen_s"]),
        sent_height=round(after["height"]),
        captured_pm=pm(1000 * d["captured_s"], span_ms),
    )
