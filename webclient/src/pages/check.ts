/** The connection check's page: puts the element into the place the server left for it. */

import { Memory, storage } from "../memory";
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
  check.microphoneId = memory.choices.microphone;
  place.replaceChildren(check);
}
