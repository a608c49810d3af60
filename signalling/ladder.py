"""The ladder: what this side sends, decided from what it measures. `Ladder(table).step(at_ms, sample)`.

Not here: the numbers (`ladder.json`), measuring, and carrying a decision out. `webclient/src/ladder.ts` is
the same machine line by line, with the same names in camelCase (`usable_kbps` is `usableKbps`, `at_ms` is
`atMs`, `Ladder.speech_lost` is `speechLost`); `tests/test_ladder.py` holds the two together.

There is no clock inside: times are integers in milliseconds that never go back, and `step` is called about
twice a second. `None` in a sample means "no data" and shows no sign: blind means hold. So measure mute,
pauses of speech, a hidden tab and a peer who has left as `None`, never as zero.

Each side decides for what it sends. What the two must share goes into the reports between them: from
each side's sample its `silence_ms` and `concealed_pm` (the other's `peer_silence_ms` and
`peer_concealed_pm`) and `server_rise_ms`; from each side's ladder `at_last_rung` and `speech_lost`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import asdict

from signalling.ladder_choice import Chosen
from signalling.ladder_patience import Patience
from signalling.ladder_table import TABLE, Audio, Mode, Move, Side, Table
from signalling.ladder_values import Decision, Sample
from signalling.ladder_watch import Watch

GROWTH: Final = {"probe_rise_ms": "rtt_rise_ms", "probe_loss_pm": "loss_pm"}
"""Facts of a probe: how much a metric has grown since it began."""
CARRIED: Final[Mapping[str, tuple[str, ...]]] = {
    "fit": ("usable_kbps", "received_by_peer_kbps"),
    "received": ("received_by_peer_kbps",),
    "next": (),
}
"""By which metrics a fall finds its rung; by none, it is the next."""
NEVER: Final = -(1 << 40)


class Ladder:
    """One side of one call. `decision` is what holds now; `step` returns it when it has changed.

    Rungs are kept as their places in the table: 0 is the best, and a fall makes the number greater.
    """

    def __init__(self, table: Table = TABLE, start: str | None = None) -> None:
        self._table = table
        self._watch = Watch(table)
        self._phone = len(table.rungs) - 1
        self._rung = table.index(start or table.start)
        self._probe: int | None = None
        self._sound: Chosen[Mode] = Chosen(table.audio, "plain")
        self._whose: Chosen[Side] = Chosen(table.whose, "none")
        self._patience = Patience(table.climb)
        self._bound("none", "speech")
        self._prompted = False
        self._aim = 0
        """No better rung is tried from here: those above failed."""
        self._left = 0
        """Where the telephone was called from."""
        self._baseline: dict[str, int | None] = {}
        self._at = self._changed_at = self._probe_at = self._warned_at = self._settled_at = NEVER
        self.speech_lost = False
        """Speech is unusable by this side's own evidence; the peer's is not counted."""
        self.decision = self._now(0, "start", None, table.rungs[self._rung].name)

    @property
    def at_last_rung(self) -> bool:
        """Nothing is left to give up before the telephone."""
        return self._rung >= self._floor

    def settle(self, at_ms: int) -> None:
        """The line begins anew (connected, ICE restarted, unmuted): verdicts on bandwidth wait a while."""
        self._settled_at = max(self._settled_at, at_ms + self._table.settling.for_ms)

    def pin(self, name: str) -> None:
        """Hold to a person's choice, a name in `pins`, from the next step on. Raises `KeyError`."""
        self._bound(name, self._order)
        self._patience.hurry()

    def order(self, name: str) -> None:
        """Keep longest what a name in `orders` says, from the next step on. Raises `KeyError`."""
        self._bound(self._pin, name)

    def _bound(self, pin_name: str, order_name: str) -> None:
        pin, order = self._table.pins[pin_name], self._table.orders[order_name]
        self._pin, self._order = pin_name, order_name
        self._ceiling = self._table.index(pin.ceiling) if pin.ceiling else 0
        self._floor = self._table.index(pin.floor) if pin.floor else self._phone - 1
        kept = self._table.index(order.floor) if order.floor else self._phone
        self._keeps = self._ceiling <= kept < self._phone
        """The order holds: who chose voice only has given the picture up."""
        if self._keeps:
            self._floor = min(self._floor, kept)

    def step(self, at_ms: int, sample: Sample) -> Decision | None:
        """Look, and decide. Returns the new decision, or None when everything stays."""
        self._look(at_ms, sample)
        warning = self._warning()
        reason = self._telephone() or self._pinned() or self._fall() or self._climb()
        side = "whose" if self._whose.step(at_ms, self._watch) else None
        sound = "audio" if self._sound.step(at_ms, self._watch) else None
        if reason or not warning:
            return self._decide(reason or side or sound, None)
        self._warned_at = at_ms
        return self._decide(warning.reason, self._table.rungs[self._target(warning)].name)

    def _look(self, at_ms: int, sample: Sample) -> None:
        if at_ms - self._at > self._table.gap_ms:
            self._watch.forget()
            self.settle(at_ms)
        self._at = at_ms
        facts = asdict(sample) | {"at_last_rung": int(self.at_last_rung)}
        for growth, metric in GROWTH.items():
            now, then = facts[metric], self._baseline.get(metric)
            facts[growth] = None if now is None or then is None else now - then
        self._watch.look(at_ms, facts, self._table.rungs[self._rung])
        if self._any(self._table.settling.after):
            self.settle(at_ms)

    def _any(self, signs: tuple[str, ...]) -> bool:
        return self._watch.any(signs, self._table.rungs[self._rung])

    def _warning(self) -> Move | None:
        """What to warn of: the first rule that has run long enough, at most one a minute."""
        if self._at - self._warned_at < self._table.warning.every_ms:
            return None
        rules = self._watch.lasting((*self._table.phone.raised, *self._table.falls))
        return next((rule for rule in rules if self._warns(rule) and self._leads_down(rule)), None)

    def _warns(self, rule: Move) -> bool:
        return rule.warn_ms > 0 and self._watch.held(rule, rule.warn_ms)

    def _telephone(self) -> str | None:
        """Raise the prompt, or take it back; it stands while either side's evidence does."""
        phone = self._table.phone
        raised, cleared = self._watch.first(phone.raised), self._watch.first((phone.cleared,))
        self.speech_lost = raised is not None or (self.speech_lost and cleared is None)
        lost = self.speech_lost or self._any(phone.joint)
        if lost and not self._prompted:
            self._prompted, self._left = True, self._rung
            return self._go(self._floor if self._keeps else self._phone, raised.reason if raised else "peer")
        if cleared and not lost and self._prompted:
            self._prompted = False
            self._patience.forget()
            back = max(self._table.index(cleared.to), self._left)
            return self._go(min(back, self._floor), cleared.reason)
        return None

    def _pinned(self) -> str | None:
        allowed = max(self._ceiling, min(self._rung, self._floor))
        rung = self._phone if self._prompted and not self._keeps else allowed
        forbidden = self._probe is not None and self._probe < self._ceiling
        return self._go(rung, "pinned") if rung != self._rung or forbidden else None

    def _fall(self) -> str | None:
        for rule in self._watch.lasting(self._table.falls):
            due = self._watch.held(rule, rule.for_ms) and self._at - self._changed_at >= rule.dwell_ms
            if due and self._leads_down(rule) and (self._at >= self._settled_at or not rule.settled):
                if rule.swings:
                    swung = self._table.index(self._table.climb.swing_rung)
                    self._patience.squeezed(self._at, min(self._target(rule), swung))
                self._patience.fell(
                    self._at, probing=self._probe is not None, held_ms=self._at - self._changed_at
                )
                return self._go(self._target(rule), rule.reason)
        return None

    def _leads_down(self, rule: Move) -> bool:
        if rule.to == "phone":
            return not self._prompted
        here = rule.at is None or rule.at == self._table.rungs[self._rung].name
        return here and self._target(rule) > self._rung

    def _target(self, rule: Move) -> int:
        """Where the rule leads; "fit" is the best rung that the estimate or the peer's receipt carries.

        "received" is the best that the receipt alone does.
        """
        if rule.to == "phone":
            return self._phone
        lowest = self._table.index(rule.not_below) if rule.not_below else self._floor
        return min(self._wanted(rule.to), lowest, self._floor)

    def _wanted(self, to: str) -> int:
        if to not in CARRIED:
            return self._table.index(to)
        known = [self._watch.value(metric) for metric in CARRIED[to]]
        carried = max((kbps for kbps in known if kbps is not None), default=NEVER)
        if carried == NEVER:
            return self._rung + 1
        return self._table.carried(carried)

    def _climb(self) -> str | None:
        """Try the next rung when the line has been clean long enough, or judge the try under way."""
        climb = self._table.climb
        self._patience.held(self._at)
        if self._probe is not None:
            return self._judge(self._probe)
        rung = self._next() if self._ceiling < self._rung and not self._prompted else None
        allowed = rung is not None and self._patience.allows(self._at)
        if not allowed or self._watch.first(climb.ready) is None:
            return None
        self._probe, self._probe_at = rung, self._at
        self._baseline = {metric: self._watch.value(metric) for metric in GROWTH.values()}
        return "probe"

    def _next(self) -> int | None:
        """The rung to try: the one tried first from here, lower ones after failures or where it is barred.

        None at all that is better than what a swinging line holds.
        """
        best = min(max(self._first(), self._ceiling), self._rung - 1)
        tried = range(max(best, self._patience.best(self._at)), self._rung)
        return next((rung for rung in tried if not self._barred(rung)), None)

    def _first(self) -> int:
        """Where trying begins: below what failed; what a sign vouches for only its own failure holds up."""
        here, after = self._table.rungs[self._rung], self._rung - 1
        first = self._table.index(here.tries) if here.tries else after
        if here.tries_when is None:
            return max(first, self._aim)
        shown = self._watch.shows(here.tries_when, self._table.rungs[first])
        return first if shown and self._aim != first + 1 else after

    def _barred(self, rung: int) -> bool:
        climb, tried = self._table.climb, self._table.rungs[rung]
        return self._watch.any(climb.barred, tried) or (
            tried.shows_picture and self._watch.any(climb.unseen, tried)
        )

    def _judge(self, probe: int) -> str | None:
        climb, tried, age_ms = self._table.climb, self._table.rungs[probe], self._at - self._probe_at
        failed = self._watch.first(climb.fails) is not None
        if failed or self._barred(probe):
            self._probe = None
            if failed:
                self._aim = probe + 1
                self._patience.failed(self._at)
            return "probe_failed"
        if any(age_ms >= rule.for_ms and self._watch.applies(rule, tried) for rule in climb.proven):
            self._patience.climbed(self._at)
            return self._go(self._proven(probe), "recovered")
        return None

    def _proven(self, probe: int) -> int:
        """The best rung that the estimate proves, if video made it, and at least the one that was tried."""
        usable = self._watch.value("usable_kbps") or 0
        best = max(self._ceiling, self._patience.best(self._at))
        better = range(best, probe if self._table.rungs[probe].video else 0)
        return next((at for at in better if self._table.rungs[at].climb_from_kbps <= usable), probe)

    def _go(self, rung: int, reason: str) -> str:
        self._rung, self._probe, self._aim, self._changed_at = rung, None, 0, self._at
        return reason

    def _audio(self) -> Audio:
        """Of the rung that holds; of the one being tried where that is what there is to try."""
        tried = None if self._probe is None else self._table.rungs[self._probe]
        rung = tried if tried and not tried.shows_picture else self._table.rungs[self._rung]
        return rung.audio[self._sound.value]

    def _now(self, at_ms: int, reason: str, warning: str | None, previous: str) -> Decision:
        rung = self._table.rungs[self._rung]
        return Decision(
            at_ms=at_ms,
            rung=rung.name,
            previous=previous,
            reason=reason,
            audio=self._audio(),
            probing=None if self._probe is None else self._table.rungs[self._probe].name,
            warning=warning,
            phone="offered" if self._prompted else "hidden",
            whose=self._whose.value,
        )

    def _decide(self, reason: str | None, warning: str | None) -> Decision | None:
        """The decision, if there is a reason and anything new that people or media would notice."""
        if reason is None:
            return None
        was, now = self.decision, self._now(self._at, reason, warning, self.decision.rung)
        if warning is None and _same_state(was, now):
            return None
        self.decision = now
        return now


def _same_state(a: Decision, b: Decision) -> bool:
    return (a.audio, a.rung, a.probing, a.phone, a.whose) == (b.audio, b.rung, b.probing, b.phone, b.whose)
