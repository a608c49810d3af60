/** The connection check's page: puts the element into the place the server left for it. */

import { Devices } from "../devices";
import { Memory, storage } from "../memory";
import { startTicker } from "../ticker";
import "../ui/check";
import type { Check } from "../ui/check";

const place = document.getElementById("check");
if (place) {
  const memory = new Memory(
    storage(() => localStorage),
    null,
    "",
  );
  const check = document.createElement("rb-check") as Check;
  check.begin = place.dataset["begin"] ?? "/check";
  check.back = place.dataset["back"] ?? "";
  check.clock = startTicker(place.dataset["ticker"] ?? "");
  check.devices = new Devices({
    media: navigator.mediaDevices as MediaDevices | undefined,
    choices: memory.choices,
    canChooseSpeaker: "setSinkId" in HTMLMediaElement.prototype,
    onChange: () => check.requestUpdate(),
    onChosen: (choices) => {
      memory.choices = choices;
    },
    onReplaced: () => undefined,
  });
  place.replaceChildren(check);
}
