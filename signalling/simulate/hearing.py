"""What one person hears of the other: a path of two links, a playout buffer, speech packets lost and made
good.

Not here: the statistics made of it (`browser`). The playout buffer is a level that rises at once with the
delay and sinks slowly, as libwebrtc's does; a packet that comes later than the level is made up.
Only while somebody speaks is made-up sound heard; speaking is sound for a part of the time. What copies and
in-band FEC repair is reckoned in `signalling.speech`.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from signalling.ladder_table import Audio
from signalling.simulate.line import LOOK_MS, TICK_MS, Link
from signalling.speech import HEARD_SHARE, repaired

WINDOW_LOOKS: Final = 4
"""Loss and concealment are measured over 2 s."""
LEAST_MS: Final = 60
MARGIN_MS: Final = 30
"""A packet must be there so long before it is played."""
SINKS_MS: Final = 30
"""The playout level, in a second."""
FADED_MS: Final = 300
"""After so long without any packet the made-up sound has faded to silence, which is not counted."""
FILLING_MS: Final = 40


class Path:
    """From one sender's access into the other's. After `carry`, the fields tell of the last look."""

    def __init__(self, up: Link, down: Link) -> None:
        self.links = (up, down)
        self.delay_ms = 0.0
        """The least queueing delay within the last look."""
        self.silent_ms = 0
        self.received_kbps = 0.0
        self.received: deque[float] = deque([0.0] * 2, 2)
        """kbit/s in the two looks of the last second."""
        self.overflow = 0.0
        self.queued_ms = 0.0
        """The longest queueing delay within the last look."""
        self.filling = False
        """The queue grew, or stood full, over the last look: what a sender takes for congestion."""
        self.concealed_ms = 0.0
        """Within the last look, were somebody speaking all the time."""
        self.lost: deque[float] = deque([0.0] * WINDOW_LOOKS, WINDOW_LOOKS)
        self.concealed: deque[float] = deque([0.0] * WINDOW_LOOKS, WINDOW_LOOKS)
        self._level_ms = float(LEAST_MS)

    @property
    def loss(self) -> float:
        """The chance that a single packet is lost now."""
        up, down = self.links
        return 1.0 if self.silent_ms else 1 - (1 - up.loss) * (1 - down.loss) * (1 - self.overflow)

    @property
    def jitter_ms(self) -> int:
        return self.links[0].phase.jitter_ms + self.links[1].phase.jitter_ms

    @property
    def base_ms(self) -> int:
        return self.links[0].phase.delay_ms + self.links[1].phase.delay_ms

    @property
    def calm(self) -> bool:
        """Nothing was lost, late or made up in all that is remembered."""
        return self._level_ms <= LEAST_MS and not self.queued_ms and not any(self.lost)

    def carry(self, speech_kbps: float, video_kbps: float, audio: Audio, speaks: bool) -> None:
        """Send for half a second. `speech_kbps` is with headers and copies."""
        up, down = self.links
        offered = speech_kbps + video_kbps
        if (
            offered < up.open_kbps
            and offered < down.open_kbps
            and up.left_ms >= LOOK_MS
            and down.left_ms >= LOOK_MS
            and not up.backlog
            and not down.backlog
        ):
            self._flow(offered)
        else:
            self._crawl(offered)
        lost, concealed = self.overflow, self.concealed_ms / LOOK_MS
        if up.loss or down.loss:
            self.received_kbps *= (1 - up.loss) * (1 - down.loss)
            packets = LOOK_MS // audio.packet_ms
            for link in self.links:
                for run in link.bursts(packets):
                    lost += run / packets
                    concealed += (run - repaired(audio, run, link.loss)) / packets
        self.received.append(self.received_kbps)
        self.lost.append(min(1.0, lost))
        self.concealed.append(min(1.0, concealed) * HEARD_SHARE if speaks and concealed else 0.0)

    def _flow(self, offered: float) -> None:
        """Everything fits."""
        for link in self.links:
            link.left_ms -= LOOK_MS
            link.waiting_ms = 0
        self.delay_ms = self.queued_ms = self.overflow = self.concealed_ms = 0.0
        self.silent_ms = 0
        self.filling = False
        self.received_kbps = offered
        if self._level_ms > LEAST_MS:
            self._level_ms -= SINKS_MS * LOOK_MS / 1000

    def _crawl(self, offered: float) -> None:
        """Tick by tick through the queues."""
        received = overflow = concealed = most = 0.0
        least = 1e9
        up, down = self.links
        before = up.delay_ms + down.delay_ms
        for _ in range(LOOK_MS // TICK_MS):
            passed, lost_up = up.tick(offered)
            arrived, lost_down = down.tick(passed)
            up.advance(TICK_MS)
            down.advance(TICK_MS)
            delay = up.delay_ms + down.delay_ms
            dark = lost_up >= 1 or lost_down >= 1
            lost = 1.0 if dark else 1 - (1 - lost_up) * (1 - lost_down)
            self.silent_ms = self.silent_ms + TICK_MS if dark or up.waiting_ms or down.waiting_ms else 0
            concealed += self._played(delay, lost, dark)
            received += arrived
            overflow += lost
            least, most = min(least, delay), max(most, delay)
        self.received_kbps, self.overflow, self.concealed_ms = received / 5, overflow / 5, concealed
        self.delay_ms, self.queued_ms = least, most
        self.filling = most > FILLING_MS and up.delay_ms + down.delay_ms >= before

    def _played(self, delay: float, lost: float, dark: bool) -> float:
        """Milliseconds made up within a tick."""
        if dark:
            return TICK_MS if self.silent_ms <= FADED_MS else 0.0
        late = max(0.0, delay + MARGIN_MS - self._level_ms)
        if late:
            self._level_ms += late
        else:
            self._level_ms = max(float(LEAST_MS), self._level_ms - SINKS_MS * TICK_MS / 1000)
        return min(float(TICK_MS), late + lost * TICK_MS)
