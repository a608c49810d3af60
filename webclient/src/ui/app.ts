/**
 * The page: one element that shows the screen the state asks for and tells the document and screen readers what changed.
 *
 * Not here: how the state comes about. `mountApp` is all that main.ts needs.
 */

import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Actions, Levels, State } from "../state";
import { announcements } from "./announce";
import { chime, hasArrived, notifyOf } from "./arrival";
import { listenToKeys } from "./commands";
import type { Context, View } from "./context";
import { sendDrafts } from "./drafts";
import { endedPage, leftPage, movedPage, opening, shutOutPage } from "./endings";
import { keepFocus } from "./focus-keeper";
import { Light } from "./light";
import { LiveRegions } from "./live-regions";
import { lobby } from "./lobby";
import { showOnPage } from "./page";
import { keepPreferences, keepTab, readPreferences, readTab } from "./preferences";
import { room } from "./room";
import { type Screen, screenOf } from "./screens";
import { readersZone } from "./time";
import { timerWords } from "./timer-words";

export interface Store {
  state(): State;
  subscribe(listener: () => void): () => void;
}

@customElement("rb-app")
export class App extends Light {
  @property({ attribute: false }) store!: Store;
  @property({ attribute: false }) actions!: Actions;
  @property({ attribute: false }) levels!: Levels;
  @state() private view: View = {
    tab: readTab(() => sessionStorage, location.pathname),
    chatOpen: false,
    chatSeen: 0,
    sheetFull: false,
    dialog: null,
    joining: false,
    heldAt: null,
    heard: false,
    preferences: readPreferences(),
  };
  private readonly zone = readersZone(navigator.languages);
  private readonly regions = new LiveRegions(document);
  private shown: State | null = null;
  private screen: Screen | null = null;
  private clockAt = Date.now();
  private readonly ends: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const clock = window.setInterval(() => this.onSecond(), 1000);
    this.ends.push(
      this.store.subscribe(() => this.requestUpdate()),
      listenToKeys(() => this.context()),
      keepFocus(this),
      () => window.clearInterval(clock),
      () => window.removeEventListener("pagehide", this.onPageHide),
    );
    window.addEventListener("pagehide", this.onPageHide);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.ends.splice(0)) end();
  }

  /** Whoever leaves the room, or finds it ended, takes along what stands in its forms. */
  protected override willUpdate(_changed: PropertyValues): void {
    if (this.screen === "room" && screenOf(this.store.state()) !== "room") sendDrafts(this);
  }

  protected override render(): TemplateResult {
    const context = this.context();
    return html`${SCREENS[screenOf(context.state)](context)}`;
  }

  protected override updated(_changed: PropertyValues): void {
    const now = this.store.state();
    const before = this.shown;
    this.shown = now;
    showOnPage(document, now);
    if (before && before !== now) this.tell(before, now);
    this.focusScreen(screenOf(now));
  }

  private tell(before: State, now: State): void {
    this.regions.say(announcements(before, now));
    if (!hasArrived(before, now)) return;
    chime();
    notifyOf(now.peer);
  }

  /** A new screen takes the focus to its heading; the first one leaves it where the browser put it. */
  private focusScreen(screen: Screen): void {
    const before = this.screen;
    if (screen === before) return;
    this.screen = screen;
    if (before !== null && before !== "opening") this.querySelector<HTMLElement>("h1[tabindex]")?.focus();
    if (screen === "lobby") void this.actions.askForDevices();
    if (screen !== "room") this.show({ dialog: null, chatOpen: false });
  }

  private readonly onPageHide = (): void => sendDrafts(this);

  private onSecond(): void {
    const now = Date.now();
    const state = this.store.state();
    if (state.phase === "call") this.regions.say(timerWords(state, this.clockAt, now));
    this.clockAt = now;
  }

  private context(): Context {
    return {
      state: this.store.state(),
      actions: this.actions,
      levels: this.levels,
      view: this.view,
      zone: this.zone,
      show: this.show,
      say: (words) => this.regions.say({ polite: [words], assertive: [] }),
    };
  }

  private readonly show = (change: Partial<View>): void => {
    this.view = { ...this.view, ...change };
    if (change.preferences) keepPreferences(change.preferences);
    if (change.tab) keepTab(() => sessionStorage, location.pathname, change.tab);
  };
}

const SCREENS: Readonly<Record<Screen, (context: Context) => TemplateResult>> = {
  opening,
  shut_out: shutOutPage,
  moved: movedPage,
  ended: endedPage,
  left: leftPage,
  lobby,
  room,
};

/** Shows the page inside `root`, in place of what the server rendered there. */
export function mountApp(root: HTMLElement, store: Store, actions: Actions, levels: Levels): void {
  const app = document.createElement("rb-app") as App;
  app.store = store;
  app.actions = actions;
  app.levels = levels;
  root.replaceChildren(app);
}
