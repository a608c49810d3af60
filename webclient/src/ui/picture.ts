/**
 * One picture: a stream in a silent <video>, and the last frame of it kept on a canvas when it stops arriving.
 *
 * Not here: sound, which the call plays itself, and any marking of a picture that is not live.
 */

import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Light } from "./light";

/** Wider than this against the frame and a picture is fitted, not cropped: a telephone held upright, a shared screen. */
const PORTRAIT = 0.9;

@customElement("rb-picture")
export class Picture extends Light {
  @property({ attribute: false }) stream: MediaStream | null = null;
  @property({ attribute: false }) live = true;
  /** Keep showing the last frame while no picture is arriving. */
  @property({ attribute: false }) hold = false;
  @property({ attribute: false }) mirrored = false;
  /** Show all of it, as for a screen. */
  @property({ attribute: false }) whole = false;
  @property({ attribute: false }) label = "";
  /** Called when a frame is kept, with the time on this machine, and with null when it is let go. */
  @property({ attribute: false }) onHeld: (at: number | null) => void = () => {};
  @state() private upright = false;
  @state() private held = false;
  @query("video") private video!: HTMLVideoElement | null;
  @query("canvas") private canvas!: HTMLCanvasElement | null;

  protected override render(): TemplateResult {
    const fit = this.whole || this.upright ? "whole" : "cropped";
    return html`
      <video
        class="${fit} ${this.mirrored ? "mirrored" : ""}"
        aria-label=${this.label}
        autoplay
        playsinline
        disablepictureinpicture
        .muted=${true}
        ?hidden=${!this.live && (this.held || !this.hold)}
        @resize=${this.onShape}
        @loadedmetadata=${this.onShape}
      ></video>
      <canvas class=${fit} aria-hidden="true" ?hidden=${this.live || !this.held || !this.hold}></canvas>
    `;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const stopped = changed.get("live") === true && !this.live;
    const replaced = changed.has("stream") && changed.get("stream") && !this.live;
    if ((stopped || replaced) && this.hold) this.keepFrame();
    if (this.held && (this.live || !this.hold)) this.letGo();
  }

  protected override updated(): void {
    if (this.video && this.video.srcObject !== this.stream) this.video.srcObject = this.stream;
  }

  private keepFrame(): void {
    const { video, canvas } = this;
    if (!video || !canvas || video.videoWidth === 0) return;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    this.held = true;
    this.onHeld(Date.now());
  }

  private letGo(): void {
    this.held = false;
    this.onHeld(null);
  }

  private readonly onShape = (): void => {
    if (!this.video?.videoHeight) return;
    this.upright = this.video.videoWidth / this.video.videoHeight < PORTRAIT;
  };
}
