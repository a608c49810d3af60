/**
 * The worker through whose hands the packets of our own speech go, to be given more copies (`../red.ts`).
 *
 * Not here: how many (`ladder.json`), and when it is used at all (`../copies.ts`).
 */
import { Copier } from "../red";

interface Frame {
  data: ArrayBuffer;
  getMetadata(): { readonly mimeType?: string; readonly rtpTimestamp?: number };
}

interface Transformer {
  readonly readable: ReadableStream<Frame>;
  readonly writable: WritableStream<Frame>;
  readonly options: { readonly port: MessagePort };
}

interface WorkerScope {
  onrtctransform: ((event: { readonly transformer: Transformer }) => void) | null;
  postMessage(word: "ready"): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onrtctransform = ({ transformer: { readable, writable, options } }) => {
  const copier = new Copier();
  options.port.onmessage = ({ data }: MessageEvent<number>) => {
    copier.copies = data;
  };
  const packing = new TransformStream<Frame, Frame>({
    transform(frame, controller) {
      // Whatever happens here, speech goes on: as it came.
      try {
        const { mimeType, rtpTimestamp } = frame.getMetadata();
        if (mimeType?.toLowerCase() === "audio/red" && rtpTimestamp !== undefined) {
          frame.data = copier.pack(new Uint8Array(frame.data), rtpTimestamp).slice().buffer;
        }
      } catch (error) {
        console.debug("copies:", error);
      }
      controller.enqueue(frame);
    },
  });
  // Rejected when the call ends: there is nothing left to pack.
  readable
    .pipeThrough(packing)
    .pipeTo(writable)
    .catch(() => undefined);
};
scope.postMessage("ready");
