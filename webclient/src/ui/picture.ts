/**
 * One picture: a stream in a silent <video>, and on a canvas the last frame of it, or a newer still, while none arrives.
 *
 * Not here: sound, which the call plays itself, and any marking of a picture that is not live.
 */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { PeerStill } from "../state";
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
  /** Shown in place of the last frame. */
  @property({ attribute: false }) still: PeerStill | null = null;
  @property({ attribute: false }) stillLabel = "";
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
      <canvas
        class=${fit}
        role=${this.still ? "img" : nothing}
        aria-label=${this.still ? this.stillLabel : nothing}
        aria-hidden=${this.still ? nothing : "true"}
        ?hidden=${this.live || !this.held || !this.hold}
      ></canvas>
    `;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const stopped = changed.get("live") === true && !this.live;
    const replaced = changed.has("stream") && changed.get("stream") && !this.live;
    if ((stopped || replaced) && this.hold) this.keepFrame();
    if (this.still && changed.has("still") && !this.live && this.hold) this.keepStill(this.still);
    if (this.held && (this.live || !this.hold)) this.letGo();
  }

  protected override firstUpdated(): void {
    if (this.still && !this.live && this.hold) this.keepStill(this.still);
  }

  protected override updated(): void {
    if (this.video && this.video.srcObject !== this.stream) this.video.srcObject = this.stream;
  }

  private keepFrame(): void {
    const { video } = this;
    if (video && video.videoWidth > 0) this.keep(video, video.videoWidth, video.videoHeight, Date.now());
  }

  private keepStill({ picture, at }: PeerStill): void {
    this.upright = picture.width / picture.height < PORTRAIT;
    this.keep(picture, picture.width, picture.height, at);
  }

  private keep(picture: CanvasImageSource, width: number, height: number, at: number): void {
    const { canvas } = this;
    if (!canvas) return;
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    this.held = true;
    this.onHeld(at);
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
