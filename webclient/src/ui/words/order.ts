/** The words of the choice what is kept longest on a weak line. */

import { called } from "../../words";

function Name(peer: string): string {
  const name = called(peer);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export const orderWords = {
  protect: "Protect my picture",
  hint: (peer: string): string =>
    `For people who sign or lip-read. On a weak line video gets smaller, not slower, and is never paused; we suggest writing before telephoning. It counts both ways, and ${called(peer)} is told.`,
  theirs: (peer: string): string => `${Name(peer)} has chosen this: it counts for both of you.`,
  chosen: "We protect the picture, both ways.",
  given: "Speech comes first again.",
};
