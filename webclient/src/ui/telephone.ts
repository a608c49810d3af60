/** Telephone links and what may be said of a number. Not here: numbers' consent, which the server keeps. */

/** A `tel:` link from either form the plan may carry. */
export function telLink(tel: string): string {
  return tel.startsWith("tel:") ? tel : `tel:${tel.replace(/[^\d+]/g, "")}`;
}

/** An `sms:` link to the same number, RFC 5724. */
export function smsLink(tel: string): string {
  return telLink(tel).replace(/^tel:/, "sms:");
}

/** The last two digits, as in "the number ending 42". */
export function ending(number: string): string {
  return number.replace(/\D/g, "").slice(-2);
}

/** With a country code and as many digits as a number has, 6 to 15 of them (ITU-T E.164); written with spaces or signs. */
export function looksDiallable(number: string): boolean {
  const digits = number.replace(/\D/g, "").length;
  return /^\+[\d\s().\-/]+$/.test(number.trim()) && digits >= 6 && digits <= 15;
}
