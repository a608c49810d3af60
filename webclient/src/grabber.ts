/**
 * One frame of a camera or a screen as the bytes of an image: WebP, or JPEG where the browser cannot write WebP.
 *
 * Not here: when, and what for (`stillsout.ts`). The one module besides the speaker that has an element of its own,
 * which is never on the page.
 */

import { fitting, imageType, plainWebp } from "./stillimage";

/** A camera that is on has a frame by then. Milliseconds. */
const FRAME_MS = 2_000;

export class Grabber {
  readonly #video: HTMLVideoElement;
  readonly #canvas: HTMLCanvasElement;
  #type = "image/webp";

  constructor(video: HTMLVideoElement, canvas: HTMLCanvasElement) {
    this.#video = video;
    this.#canvas = canvas;
    video.muted = true;
    video.playsInline = true;
  }

  /** The frame now of `track` in at most `lines` lines and `maxBytes` bytes; null when there is none. */
  async grab(track: MediaStreamTrack | null, lines: number, maxBytes: number): Promise<Uint8Array | null> {
    if (track?.readyState !== "live") return null;
    this.#video.srcObject = new MediaStream([track]);
    const drawn = await this.#draw(lines);
    // Between two pictures nothing is played.
    this.#video.srcObject = null;
    return drawn ? fitting((quality) => this.#encode(quality), maxBytes) : null;
  }

  async #draw(lines: number): Promise<boolean> {
    const late = new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    await Promise.race([this.#video.play(), late]);
    const { videoWidth, videoHeight } = this.#video;
    if (videoHeight === 0) return false;
    const scale = Math.min(1, lines / videoHeight);
    const width = Math.round(videoWidth * scale);
    const height = Math.round(videoHeight * scale);
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#canvas.getContext("2d", { alpha: false })?.drawImage(this.#video, 0, 0, width, height);
    return true;
  }

  async #encode(quality: number): Promise<Uint8Array | null> {
    const image = await this.#written(quality);
    if (image || this.#type === "image/jpeg") return image;
    this.#type = "image/jpeg";
    return this.#written(quality);
  }

  /** Null where the browser wrote another kind than it was asked for, or one that the peer would not take. */
  async #written(quality: number): Promise<Uint8Array | null> {
    const blob = await new Promise<Blob | null>((resolve) => {
      this.#canvas.toBlob(resolve, this.#type, quality);
    });
    const written = blob && new Uint8Array(await blob.arrayBuffer());
    const bytes = written && this.#type === "image/webp" ? plainWebp(written) : written;
    return bytes && imageType(bytes) === this.#type ? bytes : null;
  }
}
