// Runs in every page before the page's own scripts: keeps the peer connections in reach and
// sends what each remote audio track plays, behind the jitter buffer, to the laboratory, and what the
// microphone hands to the page, so that one clock sees both ends of a delay.
// It loads no script and touches no element, so a strict Content-Security-Policy does not matter.
(() => {
  const PCM_RATE = 48_000;
  const CHUNK_SAMPLES = PCM_RATE / 2;
  const HOLE_US = 60_000;
  const PATIENCE_FRAMES = 500;
  const Native = globalThis.RTCPeerConnection;
  if (!Native || window.top !== window) return;

  const connections = [];
  Object.defineProperty(globalThis, "netlabConnections", { value: connections });

  globalThis.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(...configuration) {
      super(...configuration);
      const name = `${performance.timeOrigin}/${connections.push(this)}`;
      const known = new WeakSet();
      this.addEventListener("track", ({ track }) => {
        // Receiving that was taken out and put back brings the same track again: heard twice, at two moments, it is noise.
        if (track.kind !== "audio" || known.has(track)) return;
        known.add(track);
        listen(track, `${name}/${track.id}`, false);
      });
    }
  };

  const devices = navigator.mediaDevices;
  const open = devices?.getUserMedia.bind(devices);
  if (devices) {
    devices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      for (const track of stream.getAudioTracks()) listen(track, `${performance.timeOrigin}/${track.id}`, true);
      return stream;
    };
  }

  async function listen(track, name, own) {
    const processor = new MediaStreamTrackProcessor({ track, maxBufferSize: PATIENCE_FRAMES });
    const reader = processor.readable.getReader();
    const chunk = new Chunk(name, own);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      chunk.add(value);
      value.close();
    }
    chunk.send();
  }

  class Chunk {
    constructor(track, own) {
      this.track = track;
      this.own = own;
      this.samples = new Int16Array(CHUNK_SAMPLES);
      this.floats = new Float32Array(0);
      this.length = 0;
      this.startUs = 0;
      this.lastUs = 0;
    }

    add(audio) {
      const frames = audio.numberOfFrames;
      if (this.floats.length !== frames) this.floats = new Float32Array(frames);
      audio.copyTo(this.floats, { planeIndex: 0, format: "f32-planar" });
      const late = this.length > 0 && audio.timestamp - this.lastUs > HOLE_US;
      if (late || this.length + frames > this.samples.length) this.send();
      if (this.length === 0) this.startUs = audio.timestamp;
      for (let i = 0; i < frames; i += 1) {
        this.samples[this.length + i] = Math.max(-1, Math.min(1, this.floats[i])) * 32767;
      }
      this.length += frames;
      this.lastUs = audio.timestamp;
      this.rate = audio.sampleRate;
    }

    send() {
      if (this.length === 0) return;
      const bytes = new Uint8Array(this.samples.buffer, 0, this.length * 2);
      netlabHeard({
        track: this.track,
        own: this.own,
        atMs: performance.timeOrigin + this.startUs / 1000,
        rate: this.rate,
        pcm: bytes.toBase64(),
      });
      this.length = 0;
    }
  }
})();
