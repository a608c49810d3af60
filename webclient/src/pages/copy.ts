/**
 * Puts a link into the clipboard when the button of a `.copy-link` is pressed.
 *
 * Not here: the field itself; without this script it is selected and copied by hand.
 */

async function copy(field: HTMLInputElement): Promise<boolean> {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // The clipboard API is absent on plain http; the selection stays for the keys.
    return false;
  }
}

for (const group of document.querySelectorAll<HTMLElement>(".copy-link")) {
  const field = group.querySelector("input");
  const button = group.querySelector<HTMLButtonElement>("button[data-copy]");
  const said = group.querySelector<HTMLElement>(".copy-said");
  if (!field || !button) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(field);
    if (said) said.textContent = done ? "Copied." : "The link is selected: press Ctrl+C or Cmd+C to copy it.";
  });
}
