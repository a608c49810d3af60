/**
 * The loop that measures one call, asks the ladder and carries its decisions out.
 *
 * Not here: the formulas (`sample.ts`), the decisions (`ladder.ts`), the words about them (`notices.ts`). No server
 * takes part.
 */

import type { Call } from "./call";
import { Capacity } from "./capacity";
import { CatchUp } from "./catchup";
import { type Cancel, type Clock, every } from "./clock";
import { Cushion } from "./cushion";
import { drainMs, queueWaitMs } from "./drain";
import type { Ladder } from "./ladder";
import { type Decision, limitOf, rungNamed, TABLE } from "./ladder-table";
import type { Look } from "./minutes";
import { Questions } from "./questions";
import type { Report } from "./report";
import { Rise } from "./rise";
import { applySpeech, applyVideo, type Sending, type Source, sendingOf } from "./rungs";
import { type Heard, heard, sample } from "./sample";
import { SpeechRate } from "./speechrate";
import { bufferMs, picturesCame, readStats, type Snapshot, since, statsOf } from "./stats";

/** Milliseconds between two reports to the peer; every second one comes with a new sample. */
export const REPORT_MS = 250;
/** The ladder's reasons that mean a queue or loss on the line. */
const LINE_REASONS: readonly string[] = ["bandwidth", "concealment", "loss", "rtt", "probe_failed"];
/** From so much loss on, two reports a second would leave a second without any. Per mille. */
const LOSSY_PM = limitOf("lossy");
/** From so much on they are worth their place in front of speech on the thinnest lines too. */
const TORN_PM = limitOf("torn");
/** Round trips longer by so much mean a queue. */
const QUEUE_MS = limitOf("queueing");
/** A long question is answered at once, though none sooner after the last, milliseconds. */
const REPLY_MS = 1_000;
/** Snapshots kept: a little more than the longest window, at 4 Hz. */
const KEPT = 11;

/** What the loop needs to know of the page, asked at each sample. */
export interface Page {
  readonly source: Source;
  readonly videoWanted: boolean;
  readonly weSpeak: boolean;
  readonly peerSpeaks: boolean;
  /** The peer sends its screen, as video. */
  readonly peerScreen: boolean;
  /** The peer's page was closed in order: its silence is no outage. */
  readonly peerGone: boolean;
  /** Round trip to the server, an unanswered ping counting with its age; null when unknown. */
  readonly serverRttMs: number | null;
  /** The second longest of late; null when unknown. */
  readonly longServerRttMs: number | null;
}

export interface QualityOptions {
  readonly call: Call;
  readonly clock: Clock;
  readonly ladder: Ladder;
  readonly page: () => Page;
  readonly onDecision: (decision: Decision) => void;
  readonly onPictures: (live: boolean) => void;
  /** Each look, for the record. */
  readonly onLook: (look: Look) => void;
  /** The line shows trouble: worth a closer look at the way to the server. */
  readonly onTrouble: () => void;
}

export class Quality {
  readonly #options: QualityOptions;
  readonly #cancel: Cancel;
  readonly #questions = new Questions();
  readonly #capacity = new Capacity();
  readonly #rttRise = new Rise();
  readonly #serverRise = new Rise();
  #history: readonly Snapshot[] = [];
  #heard: Heard = heard([], true);
  #serverRiseMs: number | null = null;
  #theirs: { readonly atMs: number; readonly report: Report } | null = null;
  /** The video queued so far is to be dropped as soon as less is sent. */
  #clearDue = false;
  /** The senders are told one thing after the other. */
  #applied: Promise<void> = Promise.resolve();
  #ticks = 0;
  #reports = 0;
  #repliedAt = Number.NEGATIVE_INFINITY;
  #measuring = false;
  #queueing = false;
  /** Until then speech is kept back. */
  #quietUntil = Number.NEGATIVE_INFINITY;
  /** What the senders were told last. */
  #told: { readonly sending: Sending; readonly maxBitrate: number; readonly key: string } | null = null;
  readonly #speechRate = new SpeechRate();
  readonly #catchUp = new CatchUp();
  readonly #cushion = new Cushion();
  /** The peer's picture is what its camera or screen shows now. */
  #picturesLive = false;

  constructor(options: QualityOptions) {
    this.#options = options;
    // A connection that is closed while it is asked rejects; there is nothing left to do for it.
    this.#cancel = every(options.clock, REPORT_MS, () => {
      this.#tick().catch((error: unknown) => console.debug("quality:", error));
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** The peer's report has come. */
  receive(report: Report): void {
    const atMs = this.#options.clock.now();
    if (report.echo) {
      const answer = this.#questions.answered(report.echo.n, report.echo.heldMs, atMs);
      if (answer) this.#capacity.answered(atMs, answer.rttMs, answer.long);
    }
    if (!report.long) this.#theirs = { atMs, report };
    else if (atMs - this.#repliedAt >= REPLY_MS) {
      this.#repliedAt = atMs;
      this.#report({ n: report.n, heldMs: 0 });
    }
  }

  /** Carries out what holds now: after a device changed, or when the senders have come to be. */
  async apply(): Promise<void> {
    this.#applied = this.#applied.then(() => this.#apply());
    await this.#applied;
  }

  async #apply(): Promise<void> {
    const { call, ladder, page } = this.#options;
    const { source, videoWanted } = page();
    const sending = sendingOf(ladder.decision, source);
    const maxBitrate = this.#speechRate.maxBitrate(sending.speechBps, sending.packing.red);
    const spoken = this.#options.clock.now() >= this.#quietUntil;
    const key = JSON.stringify([sending, videoWanted, source, maxBitrate, spoken]);
    try {
      if (key !== this.#told?.key && (await this.#tell(sending, maxBitrate, spoken)))
        this.#told = { sending, maxBitrate, key };
      // Only now: what is still sent as before would be asked for again.
      if (this.#clearDue && key === this.#told?.key) {
        this.#clearDue = false;
        await call.dropQueuedVideo();
      }
    } catch (error) {
      // A negotiation was under way, and parameters read before it do not hold after it: the next tick tries again.
      this.#told = null;
      console.debug("rungs:", error);
    }
  }

  /** Tells the senders; false while there are none. */
  async #tell(
    { video, packing, copies, mostKbps }: Sending,
    maxBitrate: number,
    spoken: boolean,
  ): Promise<boolean> {
    const { call } = this.#options;
    const { audioSender, videoSender } = call;
    if (!audioSender || !videoSender) return false;
    // A sender out of what is agreed has no parameters to be set.
    if (video) await call.agree({ packing, video: true, mostKbps });
    await applyVideo(videoSender, video);
    await applySpeech(audioSender, maxBitrate, spoken);
    call.copySpeech(copies);
    await call.agree({ packing, video: video !== null, mostKbps });
    return true;
  }

  async #tick(): Promise<void> {
    // A try is watched twice as closely: what it costs, speech pays.
    const sampling = this.#ticks++ % 2 === 0 || this.#options.ladder.decision.probing !== null;
    if (sampling && !this.#measuring) await this.#measure();
    // Before the report: a decision is carried out first, and then told of.
    const applied = this.apply();
    const long = !sampling && this.#asksCapacity();
    if (long || sampling || !this.#thin()) this.#report(null, long);
    await applied;
  }

  /**
   * Without video each report stands in front of speech: one a look, unless many get lost. Beside a picture every half look: when
   * a line collapses most reports are lost, and what arrives late makes the first fall too short (docs/decisions/0023).
   */
  #thin(): boolean {
    if (this.#thinnest()) return this.#lostPm < TORN_PM || this.#queueing;
    return !this.#lossy && this.#rests();
  }

  /** Of speech, either way. */
  get #lostPm(): number {
    return Math.max(this.#heard.lossPm ?? 0, this.#theirs?.report.lossPm ?? 0);
  }

  get #lossy(): boolean {
    return this.#lostPm >= LOSSY_PM;
  }

  /** Of our questions, by the loss both ways: each has to arrive, and its answer too. */
  get #answeredShare(): number {
    const lostPm = [this.#heard.lossPm, this.#theirs?.report.lossPm];
    return lostPm.reduce<number>((share, pm) => share * (1 - (pm ?? 0) / 1_000), 1);
  }

  /** A rung for lines that carry speech and hardly a report. */
  #thinnest(): boolean {
    return rungNamed(this.#options.ladder.decision.rung).hold_from_kbps === 0;
  }

  /** Something better may be tried next: from the thinnest lines more sound, from others a picture. */
  #asksCapacity(): boolean {
    const { clock, page } = this.#options;
    const thinnest = this.#thinnest();
    const wanted = this.#rests() && !this.#queueing && (thinnest || page().videoWanted);
    return wanted && this.#capacity.due(clock.now(), thinnest);
  }

  /** No video is sent. */
  #rests(): boolean {
    const { rung, probing } = this.#options.ladder.decision;
    return probing === null && rungNamed(rung).video === undefined;
  }

  async #measure(): Promise<void> {
    const { call, clock, page, onPictures } = this.#options;
    this.#measuring = true;
    try {
      const entries = await call.pc.getStats();
      const now = readStats(statsOf(entries), clock.now());
      const last = this.#history.at(-1) ?? null;
      noteArrival(call, last, now);
      this.#history = [...this.#history, now].slice(-KEPT);
      this.#follow(now.pair);
      this.#observeSpeech(now);
      const { peerSpeaks, peerScreen } = page();
      this.#heard = heard(this.#history, peerSpeaks);
      // A screen on which nothing moves comes as one picture a second, or none: it is live as long as the line is.
      const stands = this.#picturesLive && peerScreen && call.heard;
      this.#picturesLive = picturesCame(last, now) || stands;
      onPictures(this.#picturesLive);
      this.#decide(now.atMs);
    } finally {
      this.#measuring = false;
    }
  }

  /** After a move, or around a block, everything takes another time. The way to the server is one of its own. */
  #follow(way: string | null): void {
    if (this.#rttRise.follow(way)) this.#questions.forget();
  }

  #observeSpeech({ atMs, speechTargetBps }: Snapshot): void {
    if (!this.#told || speechTargetBps === null) return;
    const { maxBitrate, sending } = this.#told;
    this.#speechRate.observe(atMs, sending.packing.red, maxBitrate, speechTargetBps);
  }

  #decide(atMs: number): void {
    const { ladder, page, onDecision, onLook, onTrouble } = this.#options;
    const known = page();
    const silenceMs = this.#silenceMs(atMs);
    // A try is judged by the queue it is filling, not by the shortest way through it.
    const { probing } = ladder.decision;
    const share = this.#answeredShare;
    const rttMs = probing ? this.#questions.latestMs(atMs, share) : this.#questions.rttMs(atMs, share);
    this.#serverRiseMs = this.#riseToServer(atMs, known);
    const rttRiseMs = rttMs === null ? null : this.#rttRise.of(atMs, rttMs);
    this.#queueing = (rttRiseMs ?? 0) >= QUEUE_MS;
    this.#listen(atMs, rttRiseMs);
    const look = sample(this.#history, this.#theirs, atMs, {
      ...known,
      silenceMs,
      rttMs,
      rttRiseMs,
      serverRiseMs: this.#serverRiseMs,
      capacityKbps: this.#capacity.kbps(atMs),
      maxFps: sendingOf(ladder.decision, known.source).video?.maxFramerate ?? 0,
    });
    const decision = ladder.step(Math.round(atMs), look);
    if (this.#lossy || this.#queueing || (look.silenceMs ?? 0) >= 500) onTrouble();
    const { lossPm, concealedPm } = this.#heard;
    onLook({ atMs, rung: ladder.decision.rung, silenceMs, concealedPm, lossPm, rttMs });
    if (!decision) return;
    console.debug("ladder:", decision, look);
    onDecision(decision);
    // Less is sent from now on, and what was sent before must not stand in its way.
    if (!LINE_REASONS.includes(decision.reason) || !fell(decision)) return;
    this.#clearDue = true;
    if (decision.reason === "probe_failed" || rungNamed(decision.rung).video !== undefined) return;
    const waitedMs = queueWaitMs(this.#questions, atMs, decision.reason);
    this.#quietUntil = atMs + drainMs(waitedMs === null ? null : this.#rttRise.of(atMs, waitedMs));
  }

  /** Above the least of the last minute: the second longest of late, or one that is longer still. */
  #riseToServer(atMs: number, { serverRttMs, longServerRttMs }: Page): number | null {
    if (serverRttMs === null) return null;
    return this.#serverRise.of(atMs, serverRttMs) + Math.max(0, (longServerRttMs ?? 0) - serverRttMs);
  }

  #listen(atMs: number, rttRiseMs: number | null): void {
    const now = this.#history.at(-1);
    const waitsMs = now ? bufferMs(since(this.#history, 1_000), now) : null;
    if (this.#catchUp.due(atMs, waitsMs, rttRiseMs)) void this.#options.call.dropUnplayedSpeech();
    this.#options.call.letSpeechWait(this.#cushion.of(atMs, this.#heard.lossPm));
  }

  #silenceMs(atMs: number): number | null {
    const { call, page } = this.#options;
    return page().peerGone ? null : call.silenceMs(atMs);
  }

  /** Tells the peer, as a question and as the answer to its last one, or to the one given. */
  #report(answers: Report["echo"] = null, long = false): void {
    const { call, clock, ladder } = this.#options;
    const atMs = clock.now();
    const n = this.#reports++;
    const theirs = this.#theirs;
    const last = theirs && { n: theirs.report.n, heldMs: Math.round(atMs - theirs.atMs) };
    const sent = call.link.report({
      n,
      echo: answers ?? last,
      long,
      ...this.#heard,
      silenceMs: this.#silenceMs(atMs),
      serverRiseMs: this.#serverRiseMs,
      atLastRung: ladder.atLastRung,
      speechLost: ladder.speechLost,
    });
    if (!sent) return;
    this.#questions.asked(n, atMs, long);
    if (long) this.#capacity.asked(atMs);
  }
}

function fell({ rung, previous, reason }: Decision): boolean {
  const place = (name: string): number => TABLE.rungs.findIndex((each) => each.name === name);
  return reason === "probe_failed" || place(rung) > place(previous);
}

/** By the packets' own times; where the browser has none, by bytes that came since the last look. */
function noteArrival(call: Call, last: Snapshot | null, now: Snapshot): void {
  if (now.idleMs !== null) call.noteArrival(now.atMs - now.idleMs);
  else if ((now.bytesReceived ?? 0) > (last?.bytesReceived ?? 0)) call.noteArrival(now.atMs);
}
