/**
 * The ladder: what this browser sends, decided from what it measures. `new Ladder().step(atMs, sample)`.
 *
 * Not here: the numbers (`signalling/ladder.json`), measuring (`stats.ts`), carrying a decision out (`rungs.ts`).
 * `signalling/ladder.py` is the same machine line by line and says what the two sides must tell each other;
 * a test holds the two together.
 */
import { Chosen } from "./ladder-choice";
import { Patience } from "./ladder-patience";
import type { Audio, Decision, Mode, Move, Order, Pin, Rung, Sample, Table } from "./ladder-table";
import { rungNamed, showsPicture, TABLE } from "./ladder-table";
import { type Facts, Watch } from "./ladder-watch";
import type { Rung as RungName, Whose } from "./protocol.gen";

/** Facts of a probe: how much a metric has grown since it began. */
const GROWTH = { probe_rise_ms: "rtt_rise_ms", probe_loss_pm: "loss_pm" };
/** By which metrics a fall finds its rung; by none, it is the next. */
const CARRIED = {
  fit: ["usable_kbps", "received_by_peer_kbps"],
  received: ["received_by_peer_kbps"],
  next: [],
} as const;
const NEVER = -(2 ** 40);

/**
 * One side of one call. `decision` is what holds now; `step` returns it when it has changed.
 *
 * Rungs are kept as their places in the table: 0 is the best, and a fall makes the number greater.
 */
export class Ladder {
  readonly #table: Table;
  readonly #watch: Watch;
  readonly #sound: Chosen<Mode>;
  readonly #whose: Chosen<Whose>;
  readonly #patience: Patience;
  readonly #phone: number;
  #rung: number;
  #probe: number | null = null;
  #pin: Pin = "none";
  #order: Order = "speech";
  #ceiling = 0;
  #floor: number;
  /** The order holds: who chose voice only has given the picture up. */
  #keeps = false;
  #prompted = false;
  /** No better rung is tried from here: those above failed. */
  #aim = 0;
  /** Where the telephone was called from. */
  #left = 0;
  #baseline: Facts = {};
  #at = NEVER;
  #changedAt = NEVER;
  #warnedAt = NEVER;
  #settledAt = NEVER;
  #probeAt = NEVER;
  #speechLost = false;
  #decision: Decision;

  constructor(table: Table = TABLE, start: RungName = table.start) {
    this.#table = table;
    this.#watch = new Watch(table);
    this.#sound = new Chosen(table.audio, "plain");
    this.#whose = new Chosen(table.whose, "none");
    this.#patience = new Patience(table.climb);
    this.#phone = table.rungs.length - 1;
    this.#floor = this.#phone - 1;
    this.#rung = this.#index(start);
    this.#decision = this.#now(0, "start", null, start);
  }

  get decision(): Decision {
    return this.#decision;
  }

  /** Speech is unusable by this side's own evidence; the peer's is not counted. */
  get speechLost(): boolean {
    return this.#speechLost;
  }

  /** Nothing is left to give up before the telephone. */
  get atLastRung(): boolean {
    return this.#rung >= this.#floor;
  }

  /** The line begins anew (connected, ICE restarted, unmuted): verdicts on bandwidth wait a while. */
  settle(atMs: number): void {
    this.#settledAt = Math.max(this.#settledAt, atMs + this.#table.settling.for_ms);
  }

  /** Hold to a person's choice from the next step on. */
  pin(name: Pin): void {
    this.#pin = name;
    this.#bound();
    this.#patience.hurry();
  }

  /** Keep longest what the order says, from the next step on. */
  order(name: Order): void {
    this.#order = name;
    this.#bound();
  }

  #bound(): void {
    const { ceiling, floor } = this.#table.pins[this.#pin];
    const order = this.#table.orders[this.#order];
    this.#ceiling = ceiling === undefined ? 0 : this.#index(ceiling);
    this.#floor = floor === undefined ? this.#phone - 1 : this.#index(floor);
    const kept = order.floor === undefined ? this.#phone : this.#index(order.floor);
    this.#keeps = this.#ceiling <= kept && kept < this.#phone;
    if (this.#keeps) this.#floor = Math.min(this.#floor, kept);
  }

  /** Look, and decide. Returns the new decision, or null when everything stays. */
  step(atMs: number, sample: Sample): Decision | null {
    this.#look(atMs, sample);
    const warning = this.#warning();
    const reason = this.#telephone() ?? this.#pinned() ?? this.#fall() ?? this.#climb();
    const side = this.#whose.step(atMs, this.#watch) ? "whose" : null;
    const sound = this.#sound.step(atMs, this.#watch) ? "audio" : null;
    if (reason !== null || warning === undefined) return this.#decide(reason ?? side ?? sound, null);
    this.#warnedAt = atMs;
    return this.#decide(warning.reason, this.#rungAt(this.#target(warning)).name);
  }

  #look(atMs: number, sample: Sample): void {
    if (atMs - this.#at > this.#table.gap_ms) {
      this.#watch.forget();
      this.settle(atMs);
    }
    this.#at = atMs;
    const facts: Record<string, number | undefined> = { at_last_rung: Number(this.atLastRung) };
    for (const [name, value] of Object.entries(sample)) facts[snake(name)] = value;
    for (const [growth, metric] of Object.entries(GROWTH)) {
      const now = facts[metric];
      const then = this.#baseline[metric];
      facts[growth] = now === undefined || then === undefined ? undefined : now - then;
    }
    this.#watch.look(atMs, facts, this.#rungAt(this.#rung));
    if (this.#any(this.#table.settling.after)) this.settle(atMs);
  }

  #any(signs: readonly string[]): boolean {
    return this.#watch.any(signs, this.#rungAt(this.#rung));
  }

  /** What to warn of: the first rule that has run long enough, at most one a minute. */
  #warning(): Move | undefined {
    if (this.#at - this.#warnedAt < this.#table.warning.every_ms) return undefined;
    const rules = [...this.#table.phone.raised, ...this.#table.falls];
    return rules.find((rule) => this.#warns(rule) && this.#leadsDown(rule));
  }

  #warns(rule: Move): boolean {
    return rule.warn_ms !== undefined && rule.warn_ms > 0 && this.#watch.held(rule, rule.warn_ms);
  }

  /** Raise the prompt, or take it back; it stands while either side's evidence does. */
  #telephone(): string | null {
    const { raised: rules, cleared: rule, joint } = this.#table.phone;
    const raised = this.#watch.first(rules);
    const cleared = this.#watch.first([rule]);
    this.#speechLost = raised !== undefined || (this.#speechLost && cleared === undefined);
    const lost = this.#speechLost || this.#any(joint);
    if (lost && !this.#prompted) {
      this.#prompted = true;
      this.#left = this.#rung;
      return this.#go(this.#keeps ? this.#floor : this.#phone, raised?.reason ?? "peer");
    }
    if (cleared !== undefined && !lost && this.#prompted) {
      this.#prompted = false;
      this.#patience.forget();
      const back = Math.max(this.#index(cleared.to), this.#left);
      return this.#go(Math.min(back, this.#floor), cleared.reason);
    }
    return null;
  }

  #pinned(): string | null {
    const allowed = Math.max(this.#ceiling, Math.min(this.#rung, this.#floor));
    const rung = this.#prompted && !this.#keeps ? this.#phone : allowed;
    const forbidden = this.#probe !== null && this.#probe < this.#ceiling;
    return rung !== this.#rung || forbidden ? this.#go(rung, "pinned") : null;
  }

  #fall(): string | null {
    for (const rule of this.#table.falls) {
      const due = this.#watch.held(rule, rule.for_ms) && this.#at - this.#changedAt >= (rule.dwell_ms ?? 0);
      if (due && this.#leadsDown(rule) && (this.#at >= this.#settledAt || !rule.settled)) {
        if (rule.swings) {
          const swung = this.#index(this.#table.climb.swing_rung);
          this.#patience.squeezed(this.#at, Math.min(this.#target(rule), swung));
        }
        this.#patience.fell(this.#at, this.#probe !== null, this.#at - this.#changedAt);
        return this.#go(this.#target(rule), rule.reason);
      }
    }
    return null;
  }

  #leadsDown(rule: Move): boolean {
    if (rule.to === "phone") return !this.#prompted;
    const here = rule.at === undefined || rule.at === this.#rungAt(this.#rung).name;
    return here && this.#target(rule) > this.#rung;
  }

  /**
   * Where the rule leads; "fit" is the best rung that the estimate or the peer's receipt carries, "received" the best
   * that the receipt alone does.
   */
  #target(rule: Move): number {
    if (rule.to === "phone") return this.#phone;
    const lowest = rule.not_below === undefined ? this.#floor : this.#index(rule.not_below);
    return Math.min(this.#wanted(rule.to), lowest, this.#floor);
  }

  #wanted(to: Move["to"]): number {
    if (!isCarried(to)) return this.#index(to);
    const carried = Math.max(NEVER, ...CARRIED[to].map((metric) => this.#watch.value(metric) ?? NEVER));
    if (carried === NEVER) return this.#rung + 1;
    const best = this.#table.rungs.findIndex((rung) => rung.hold_from_kbps <= carried);
    return best < 0 ? this.#phone - 1 : Math.min(best, this.#phone - 1);
  }

  /** Try the next rung when the line has been clean long enough, or judge the try under way. */
  #climb(): string | null {
    const { ready } = this.#table.climb;
    this.#patience.held(this.#at);
    if (this.#probe !== null) return this.#judge(this.#probe);
    const next = this.#ceiling < this.#rung && !this.#prompted ? this.#next() : undefined;
    const allowed = next !== undefined && this.#patience.allows(this.#at);
    if (!allowed || this.#watch.first(ready) === undefined) return null;
    this.#probe = next;
    this.#probeAt = this.#at;
    this.#baseline = Object.fromEntries(
      Object.values(GROWTH).map((metric) => [metric, this.#watch.value(metric)]),
    );
    return "probe";
  }

  /**
   * The rung to try: the one that this rung tries first, lower ones after failures or where it is barred; none that is
   * better than what a swinging line holds.
   */
  #next(): number | undefined {
    const best = Math.min(Math.max(this.#first(), this.#ceiling), this.#rung - 1);
    const swung = this.#patience.best(this.#at);
    for (let rung = Math.max(best, swung); rung < this.#rung; rung++) if (!this.#barred(rung)) return rung;
    return undefined;
  }

  /** Where trying begins: below what failed; what a sign vouches for only its own failure holds up. */
  #first(): number {
    const { tries, tries_when } = this.#rungAt(this.#rung);
    const after = this.#rung - 1;
    const first = tries === undefined ? after : this.#index(tries);
    if (tries_when === undefined) return Math.max(first, this.#aim);
    const shown = this.#watch.shows(tries_when, this.#rungAt(first));
    return shown && this.#aim !== first + 1 ? first : after;
  }

  #barred(rung: number): boolean {
    const { barred, unseen } = this.#table.climb;
    const tried = this.#rungAt(rung);
    return this.#watch.any(barred, tried) || (showsPicture(tried) && this.#watch.any(unseen, tried));
  }

  #judge(probe: number): string | null {
    const { fails, proven } = this.#table.climb;
    const tried = this.#rungAt(probe);
    const failed = this.#watch.first(fails) !== undefined;
    if (failed || this.#barred(probe)) {
      this.#probe = null;
      if (failed) {
        this.#aim = probe + 1;
        this.#patience.failed(this.#at);
      }
      return "probe_failed";
    }
    const ageMs = this.#at - this.#probeAt;
    if (!proven.some((rule) => ageMs >= rule.for_ms && this.#watch.applies(rule, tried))) return null;
    this.#patience.climbed(this.#at);
    return this.#go(this.#proven(probe), "recovered");
  }

  /** The best rung that the estimate proves, if video made it, and at least the one that was tried. */
  #proven(probe: number): number {
    const usable = this.#watch.value("usable_kbps") ?? 0;
    const best = Math.max(this.#ceiling, this.#patience.best(this.#at));
    const better = this.#rungAt(probe).video ? this.#table.rungs.slice(best, probe) : [];
    const skipped = better.findIndex((rung) => rung.climb_from_kbps <= usable);
    return skipped < 0 ? probe : best + skipped;
  }

  #go(rung: number, reason: string): string {
    this.#rung = rung;
    this.#probe = null;
    this.#aim = 0;
    this.#changedAt = this.#at;
    return reason;
  }

  /** Of the rung that holds; of the one being tried where that is what there is to try. */
  #audio(): Audio {
    const tried = this.#probe === null ? null : this.#rungAt(this.#probe);
    const rung = tried && !showsPicture(tried) ? tried : this.#rungAt(this.#rung);
    return rung.audio[this.#sound.value];
  }

  #now(atMs: number, reason: string, warning: RungName | null, previous: RungName): Decision {
    const rung = this.#rungAt(this.#rung);
    return {
      atMs,
      rung: rung.name,
      previous,
      reason,
      audio: this.#audio(),
      probing: this.#probe === null ? null : this.#rungAt(this.#probe).name,
      warning,
      phone: this.#prompted ? "offered" : "hidden",
      whose: this.#whose.value,
    };
  }

  /** The decision, if there is a reason and anything new that people or media would notice. */
  #decide(reason: string | null, warning: RungName | null): Decision | null {
    if (reason === null) return null;
    const was = this.#decision;
    const now = this.#now(this.#at, reason, warning, was.rung);
    if (warning === null && sameState(was, now)) return null;
    this.#decision = now;
    return now;
  }

  #rungAt(index: number): Rung {
    const rung = this.#table.rungs[index];
    if (rung === undefined) throw new RangeError(`The ladder has no rung number ${index}.`);
    return rung;
  }

  #index(name: RungName): number {
    return this.#table.rungs.indexOf(rungNamed(name, this.#table));
  }
}

function sameState(a: Decision, b: Decision): boolean {
  const same = a.rung === b.rung && a.probing === b.probing && a.phone === b.phone && a.whose === b.whose;
  return same && sameAudio(a.audio, b.audio);
}

function sameAudio(a: Audio, b: Audio): boolean {
  return a.kbps === b.kbps && a.copies === b.copies && a.packet_ms === b.packet_ms;
}

/** `usableKbps` is `usable_kbps` in the table. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isCarried(to: Move["to"]): to is keyof typeof CARRIED {
  return to in CARRIED;
}
