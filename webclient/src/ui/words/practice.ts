/** The words of a rehearsal, and of the way to one. */

import { called } from "../../words";

export const practiceWords = {
  practise: "Practise alone first",
  lobby: (peer: string): string =>
    `This is practice. ${called(peer)} is played by the computer and says again what you say. Nothing is stored, and no mail is sent.`,
  computer: (peer: string): string => `Practice: ${called(peer)} is played by the computer.`,
  line: (peer: string): string => `${called(peer)}'s line`,
  lines: { good: "Good", thin: "Weak", voice: "Very weak", dark: "None" } as Readonly<Record<string, string>>,
  madeUp: "Practice: the number is made up, and nobody has it.",
  stopped: (peer: string): string =>
    `The computer that plays ${called(peer)} has stopped and is being started anew.`,
  nothingKept: "This was practice: nothing of it is stored, and no mail is sent.",
  over: "This rehearsal is over",
  again: "Practise again",
  back: "Go back",
  endLead: "The room closes, and nothing of it is kept.",
};
