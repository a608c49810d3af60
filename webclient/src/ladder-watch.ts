/**
 * Which signs of the ladder's table show, and for how long each of its rules has applied.
 *
 * Not here: what follows from a rule (`ladder.ts`). The same in Python: `signalling/ladder_watch.py`.
 */
import type { Rule, Rung, Table } from "./ladder-table";

/** All metrics by the table's names; undefined is no data. */
export type Facts = Readonly<Record<string, number | undefined>>;

/** The eyes of one ladder. A metric without data shows no sign, and so starts no clock. */
export class Watch {
  readonly #signs: Table["signs"];
  readonly #rules: readonly Rule[];
  readonly #lookMs: number;
  readonly #lasted = new Map<string, number>();
  #facts: Facts = {};
  #at = 0;

  constructor(table: Table) {
    const { falls, climb, phone, audio, whose } = table;
    this.#signs = table.signs;
    this.#lookMs = table.look_ms;
    this.#rules = [falls, climb.ready, climb.fails, phone.raised, phone.cleared, audio, whose].flat();
  }

  /** Take in all metrics, as seen from the rung that is being sent. */
  look(atMs: number, facts: Facts, rung: Rung): void {
    const countsMs = Math.min(atMs - this.#at, this.#lookMs);
    this.#at = atMs;
    this.#facts = facts;
    for (const rule of this.#rules) {
      if (!this.applies(rule, rung)) this.#lasted.delete(rule.name);
      else this.#lasted.set(rule.name, (this.#lasted.get(rule.name) ?? -countsMs) + countsMs);
    }
  }

  /** Start every clock anew: there was a gap, so nothing is known to have lasted. */
  forget(): void {
    this.#lasted.clear();
  }

  value(metric: string): number | undefined {
    return this.#facts[metric];
  }

  shows(name: string, rung: Rung): boolean {
    const sign = this.#signs[name];
    if (sign === undefined) throw new RangeError(`The ladder's table has no sign ${name}.`);
    const value = this.#facts[sign.metric];
    if (value === undefined) return false;
    const limit = typeof sign.limit === "number" ? sign.limit : rung[sign.limit];
    return sign.test === "at_least" ? value >= limit : value < limit;
  }

  any(names: readonly string[], rung: Rung): boolean {
    return names.some((name) => this.shows(name, rung));
  }

  /** Whether the rule's signs show at this moment. */
  applies({ all = [], any = [], none = [] }: Rule, rung: Rung): boolean {
    return (
      all.every((name) => this.shows(name, rung)) &&
      (any.length === 0 || this.any(any, rung)) &&
      !this.any(none, rung)
    );
  }

  /** Whether the rule has applied at every look for that long. */
  held(rule: Rule, forMs: number): boolean {
    return (this.#lasted.get(rule.name) ?? -1) >= forMs;
  }

  /** The first rule that is due. */
  first<R extends Rule>(rules: readonly R[]): R | undefined {
    return rules.find((rule) => this.held(rule, rule.for_ms));
  }
}
