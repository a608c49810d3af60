/** This browser's time zone, and the day and time it is there, as a form's fields take them. */

export interface OwnTime {
  readonly zone: string;
  /** ISO 8601. */
  readonly day: string;
  readonly time: string;
}

export function ownTime(now: Date, zone: string): OwnTime {
  // The Swedish way of writing a date is ISO 8601's.
  const [day = "", time = ""] = now
    .toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" })
    .split(" ");
  return { zone, day, time };
}
