/** Dragging the handle of the sheet up or down, as an alternative to pressing it. */

/** Less than this is a press, not a drag; pixels. */
const FAR = 24;

export class SheetDrag {
  private from = 0;
  private readonly settle: (full: boolean) => void;

  constructor(settle: (full: boolean) => void) {
    this.settle = settle;
  }

  readonly start = (event: PointerEvent): void => {
    this.from = event.clientY;
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener("pointerup", (end: PointerEvent) => this.stop(end, handle), { once: true });
  };

  private stop(event: PointerEvent, handle: HTMLElement): void {
    const way = event.clientY - this.from;
    if (Math.abs(way) < FAR) return;
    // The click that follows the drag would turn the sheet back.
    handle.addEventListener("click", (click) => click.stopImmediatePropagation(), {
      once: true,
      capture: true,
    });
    this.settle(way < 0);
  }
}
