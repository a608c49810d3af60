"""What the ladders of a call did, measured against what the line could carry.

Not here: the ladder's own reasons, which nothing is taken from. See `Judge.look` for what is counted.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from signalling.ladder_table import TABLE, Table
from signalling.ladder_values import Decision
from signalling.simulate.browser import Browser
from signalling.simulate.call import Call
from signalling.simulate.scene import Scene
from signalling.simulate.tally import Tally
from signalling.simulate.truth import Speech, Truth

HELD_MS: Final = 10_000
"""What a line carried all that time, it holds."""
FLAP_MS: Final = 300_000
UNUSABLE_MS: Final = 3_500
"""A prompt for less was for nothing: 5 s are promised, and measuring takes 2 s to forget."""
PROMISED_MS: Final = 13_000
"""Unusable is what was broken for 5 s, and a prompt comes within 8 s of that."""
MIRROR: Final = {"mine": "theirs", "theirs": "mine"}
AGREED_MS: Final = 5_000
"""So long two screens may differ: each goes by its own looks."""


class Judge:
    """One side of one call. `look` after each of its looks."""

    def __init__(
        self, call: Call, browser: Browser, scene: Scene, tally: Tally, table: Table = TABLE
    ) -> None:
        self._browser, self._tally, self._scene = browser, tally, scene
        self._peer = call.ben if browser is call.ann else call.ann
        self._places = {rung.name: at for at, rung in enumerate(table.rungs)}
        self._phone = len(table.rungs) - 1
        self._truth = Truth(browser.sends, table)
        self._speech = (Speech(browser.sends), Speech(browser.hears))
        self._held: deque[tuple[int, int]] = deque([(0, self._truth.best)])
        self._rung = self._places[browser.ladder.decision.rung]
        self._wanted = self._truth.best
        self._since: int | None = None
        self._warned_at: int | None = None
        self._at = self._ms = 0
        self._turns: deque[int] = deque()
        self._most_turns = 0
        self._troubled = False
        self._falling: bool | None = None
        self._differs_ms = 0
        self._missed = False

    def look(self, at_ms: int, decision: Decision | None) -> None:
        best = self._truth.look()
        if best != self._held[-1][1]:
            self._held.append((at_ms, best))
            self._troubled = self._at > 0
            self._begin(at_ms)
        self._ms, self._at = at_ms - self._at, at_ms
        for speech in self._speech:
            speech.look(self._ms)
        if decision:
            self._decided(at_ms, decision)
        self._pass(best)
        self._telephone()
        self._blame()

    def end(self) -> None:
        """Of a side whose line never changed, and which never fell, there is nothing to say."""
        if self._troubled:
            self._tally.note("reversals in 5 min", self._most_turns)

    def _begin(self, at_ms: int) -> None:
        """The line has become another: how long until the ladder has followed?"""
        best = self._truth.best
        self._wanted = best
        self._since = at_ms if self._rung != best and self._rung != self._phone else None
        self._warned_at = None

    def _decided(self, at_ms: int, decision: Decision) -> None:
        count, was, now = self._tally.count, self._rung, self._places[decision.rung]
        if decision.warning:
            count("warnings")
            self._warned_at = self._warned_at or at_ms
        if decision.probing:
            count("probes")
        count("failed probes", decision.reason == "probe_failed")
        if now == was:
            return
        self._rung = now
        count("changes")
        self._turned(at_ms, falling=now > was)
        if now == self._phone:
            self._prompted(decision)
        elif now > was:
            self._fell(at_ms, now, decision)
        self._followed(at_ms, was, now)

    def _turned(self, at_ms: int, *, falling: bool) -> None:
        """The climb with which a call begins on its first line is no turn."""
        self._troubled = self._troubled or falling
        if not self._troubled:
            return
        if self._falling not in (None, falling):
            self._tally.count("reversals")
            self._turns.append(at_ms)
            while at_ms - self._turns[0] > FLAP_MS:
                self._turns.popleft()
            self._most_turns = max(self._most_turns, len(self._turns))
        self._falling = falling

    def _fell(self, at_ms: int, now: int, decision: Decision) -> None:
        """False when the line had carried a better rung for 10 s on end."""
        while len(self._held) > 1 and self._held[1][0] <= at_ms - HELD_MS:
            self._held.popleft()
        count = self._tally.count
        count("falls")
        self._troubled = True
        hot = decision.reason == "cpu" and self._browser.person.hot
        if now > max(best for _, best in self._held) and not hot:
            count("false falls")
            count(f"false falls: {decision.reason}")

    def _followed(self, at_ms: int, was: int, now: int) -> None:
        if self._since is None:
            return
        if was < self._wanted <= now:
            self._tally.took("fall", at_ms - self._since)
            if self._warned_at:
                self._tally.took("warn", self._warned_at - self._since)
            self._since = None
        elif was > self._wanted >= now:
            self._tally.took("recover", at_ms - self._since)
            self._since = None

    def _pass(self, best: int) -> None:
        """Time on each rung, and on a wrong one; without a camera every rung is the same."""
        count, person = self._tally.count, self._browser.person
        count("side_ms", self._ms)
        if not person.camera_on or self._rung == self._phone or self._browser.sends.silent_ms:
            return
        count("judged_ms", self._ms)
        if self._rung > best:
            count("too_low_ms", self._ms)
        elif self._rung < best:
            count("too_high_ms", self._ms)

    def _prompted(self, decision: Decision) -> None:
        count = self._tally.count
        count("prompts")
        recent = [speech.lasted_ms for speech in self._speech if speech.usable_ms <= 3000]
        if max(recent, default=0) < UNUSABLE_MS:
            count("false prompts")
            count(f"false prompts: {decision.reason}")
        else:
            self._tally.took("prompt", max(recent))

    def _telephone(self) -> None:
        unusable = max(speech.unusable_ms for speech in self._speech)
        if self._rung == self._phone:
            self._tally.count("phone_ms", self._ms)
        elif unusable > PROMISED_MS and not self._missed:
            self._tally.count("late prompts")
        self._missed = unusable > PROMISED_MS

    def _blame(self) -> None:
        count, browser = self._tally.count, self._browser
        mine, theirs = browser.ladder.decision.whose, self._peer.ladder.decision.whose
        self._differs_ms = self._differs_ms + self._ms if MIRROR.get(mine, mine) != theirs else 0
        count("differing_ms", self._ms if self._differs_ms > AGREED_MS else 0)
        if mine == "none" or self._scene.culprit is None:
            return
        count("blaming_ms", self._ms)
        right = "mine" if browser.name == self._scene.culprit else "theirs"
        named = "unclear" if mine == "unclear" else "right" if mine == right else "wrong"
        count(f"{named}_side_ms", self._ms)


def judged(scene: Scene, seed: int, table: Table = TABLE) -> Tally:
    """A call played and judged on both sides."""
    call, tally = Call(scene, seed, table), Tally()
    sides = {name: Judge(call, getattr(call, name), scene, tally, table) for name in ("ann", "ben")}
    for at_ms, browser, _, decision in call.looks():
        sides[browser.name].look(at_ms, decision)
    for side in sides.values():
        side.end()
    tally.count("calls")
    return tally
