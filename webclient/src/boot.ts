/**
 * What the page was served with: where its workers' scripts are, which seat it is for, whether calls need a relay, and how
 * long the session lasts when both have left.
 *
 * Not here: anything about people; that comes over the socket.
 */

import type { Role } from "./protocol.gen";
import type { RehearsalBoot } from "./rehearsal";
import { SUMMARY_DELAY_S } from "./store";

export interface Boot {
  /** Address of the ticker's script. */
  readonly ticker: string;
  /** Address of the script that makes copies of speech. */
  readonly copies: string;
  /** The operator lets calls go through a relay only. */
  readonly relayOnly: boolean;
  /** A session both have left for so long ends. */
  readonly summaryDelayS: number;
  /** Where practising alone begins; "" where it is not offered. */
  readonly practise: string;
  /** This room is a rehearsal; null in all others. */
  readonly rehearsal: RehearsalBoot | null;
  readonly session: string;
  readonly role: Role;
  /** Address of the WebSocket. */
  readonly socket: string;
  /** Names this seat of this session in the browser's storage. */
  readonly path: string;
}

/** Reads the settings in the page and its address, which ends in /session/{id}/{role}. */
export function readBoot(settings: string | null | undefined, { origin, pathname }: URL | Location): Boot {
  const boot = JSON.parse(settings ?? "{}") as Partial<Boot>;
  const { ticker = "", copies = "", relayOnly = false, summaryDelayS = SUMMARY_DELAY_S } = boot;
  const { practise = "", rehearsal = null } = boot;
  const [session = "", role = ""] = pathname.split("/").slice(-2);
  return {
    ticker,
    copies,
    relayOnly,
    summaryDelayS,
    practise,
    rehearsal,
    session,
    role: role === "mentor" ? "mentor" : "mentee",
    socket: `${origin.replace(/^http/, "ws")}${pathname}/socket`,
    path: pathname,
  };
}
