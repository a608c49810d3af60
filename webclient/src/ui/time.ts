/**
 * Times and durations in words and figures, in the reader's zone.
 *
 * Not here: any clock; the time is an argument, epoch milliseconds by the server's clock.
 */

const MINUTE_MS = 60_000;

export interface Zone {
  /** BCP 47; English, in the reader's own variety if there is one. */
  readonly locale: string;
  /** IANA name. */
  readonly zone: string;
}

/** The reader's variety of English and time zone. */
export function readersZone(languages: readonly string[]): Zone {
  const locale = languages.find((language) => /^en(-|$)/i.test(language)) ?? "en-GB";
  return { locale, zone: new Intl.DateTimeFormat(locale).resolvedOptions().timeZone };
}

/** "Europe/Berlin" becomes "Berlin"; zones without a city stay as they are. */
export function cityOf(zone: string): string {
  return (zone.split("/").pop() ?? zone).replaceAll("_", " ");
}

export function timeOfDay(at: number, { locale, zone }: Zone): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: zone }).format(at);
}

/** "today", "tomorrow", or the day with its name: "Thursday 21 November". */
export function dayOf(at: number, now: number, { locale, zone }: Zone): string {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  const date = day.format(at);
  if (date === day.format(now)) return "today";
  if (date === day.format(now + 24 * 60 * MINUTE_MS)) return "tomorrow";
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: zone,
  }).format(at);
}

/** "2026-03-01" as a day a person would say; the empty string stays empty. */
export function dueDay(day: string, { locale }: Zone): string {
  if (!day) return "";
  const at = Date.parse(`${day}T12:00:00Z`);
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(at);
}

/** Whole seconds as "4:05" or "1:04:05"; negative durations count as nothing. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const tail = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

export interface Remaining {
  readonly kind: "before" | "during" | "over";
  /** Whole minutes, rounded so that "1 minute left" is said during the last one. */
  readonly minutes: number;
}

/** Where `now` stands in a session. */
export function remaining(starts: number, minutes: number, now: number): Remaining {
  const ends = starts + minutes * MINUTE_MS;
  if (now < starts) return { kind: "before", minutes: Math.ceil((starts - now) / MINUTE_MS) };
  if (now < ends) return { kind: "during", minutes: Math.ceil((ends - now) / MINUTE_MS) };
  return { kind: "over", minutes: Math.floor((now - ends) / MINUTE_MS) };
}

/** Which marks, in minutes before the end, were passed between two looks at the clock; the nearest one. */
export function markPassed(
  ends: number,
  before: number,
  now: number,
  marks: readonly number[],
): number | null {
  const passed = marks.filter((mark) => before < ends - mark * MINUTE_MS && now >= ends - mark * MINUTE_MS);
  return passed.length > 0 && now < ends ? Math.min(...passed) : null;
}
