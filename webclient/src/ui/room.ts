/** The room: stage, controls, companion and dialogs, from the first one's arrival to the leave. */

import { html, type TemplateResult } from "lit";
import { companion } from "./companion";
import type { Context } from "./context";
import { controls } from "./controls";
import { dialogs } from "./dialogs";
import { sceneOf } from "./scene";
import { stage } from "./stage";

export function room(context: Context): TemplateResult {
  return html`<main class="room ${context.view.sheetFull ? "sheet-full" : ""}" data-scene=${sceneOf(context.state)}>
      ${stage(context)} ${companion(context)} ${controls(context)}
    </main>
    ${dialogs(context)}`;
}
