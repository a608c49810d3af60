/**
 * Dragging a row of a list by its grip, with mouse, pen or finger. Buttons do the same (WCAG 2.2, 2.5.7).
 *
 * Not here: what a move means; rows only shift on screen until the pointer is let go.
 */

import { indexAt } from "./order";

export class RowDrag {
  private readonly host: HTMLElement;
  private readonly drop: (from: number, to: number) => void;

  constructor(host: HTMLElement, drop: (from: number, to: number) => void) {
    this.host = host;
    this.drop = drop;
  }

  start(event: PointerEvent, from: number): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const rows = [...this.host.querySelectorAll<HTMLElement>("li")];
    const row = rows[from];
    if (!row) return;
    const boxes = rows.map((element) => element.getBoundingClientRect());
    const middles = boxes.map((box) => box.top + box.height / 2);
    const height = boxes[from]?.height ?? 0;
    const grip = event.currentTarget as HTMLElement;
    let to = from;
    grip.setPointerCapture(event.pointerId);
    row.classList.add("dragged");

    const onMove = (move: PointerEvent) => {
      const way = move.clientY - event.clientY;
      to = indexAt(middles, from, move.clientY);
      rows.forEach((element, index) => {
        shift(element, index === from ? way : gap(index, from, to) * height);
      });
    };
    const stop = (end: Event) => {
      grip.removeEventListener("pointermove", onMove);
      grip.removeEventListener("pointerup", stop);
      grip.removeEventListener("pointercancel", stop);
      row.classList.remove("dragged");
      for (const element of rows) shift(element, 0);
      if (end.type === "pointerup" && to !== from) this.drop(from, to);
    };
    grip.addEventListener("pointermove", onMove);
    grip.addEventListener("pointerup", stop);
    grip.addEventListener("pointercancel", stop);
  }
}

/** Which way a row makes room: -1 up, 1 down, 0 not at all. */
function gap(index: number, from: number, to: number): -1 | 0 | 1 {
  if (index > from && index <= to) return -1;
  return index < from && index >= to ? 1 : 0;
}

function shift(element: HTMLElement, by: number): void {
  element.style.transform = by === 0 ? "" : `translateY(${by}px)`;
}
