/**
 * Fills the browser's own zone, day and time into a form whose reader's zone the server does not know yet.
 *
 * Not here: what the server makes of it; without this script the form speaks UTC and says so.
 */

import { ownTime } from "../ownzone";

const form = document.querySelector<HTMLFormElement>("form[data-guess-zone]");
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
if (form && timeZone) {
  for (const [name, value] of Object.entries(ownTime(new Date(), timeZone))) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.value === field.defaultValue) field.value = value;
  }
}
