// Two connections of one page, each with the client's negotiation and copies of speech; `call`, `totals` and `states` are for the test.
async (worker) => {
  const timers = { now: () => performance.now(), after: (ms, run) => (((id) => () => clearTimeout(id))(setTimeout(run, ms))) };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  const call = { signals: 0, speakers: [] };
  const copies = new client.Copies(worker);
  const side = (polite, other) => {
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    const setters = [];
    const attach = async () => {
      const transceivers = pc.getTransceivers();
      const speech = transceivers.find((transceiver) => transceiver.receiver.track.kind === "audio");
      setters.push(copies.attach(speech.sender));
      for (const transceiver of transceivers) {
        transceiver.direction = "sendrecv";
        const kind = transceiver.receiver.track.kind;
        await transceiver.sender.replaceTrack(stream.getTracks().find((track) => track.kind === kind).clone());
      }
    };
    const send = (signal) => {
      if (signal.type !== "candidate") call.signals += 1;
      void call[other].negotiation.receive(signal);
    };
    // What nobody plays is not counted as played.
    pc.ontrack = ({ track }) => {
      const speaker = new Audio();
      speaker.srcObject = new MediaStream([track]);
      void speaker.play();
      call.speakers.push(speaker);
    };
    const negotiation = new client.Negotiation({ pc, clock: timers, polite, send, onOffered: attach });
    return { pc, negotiation, attach, copySpeech: (count) => setters.forEach((set) => set(count)) };
  };
  const trial = new RTCPeerConnection();
  while (!copies.attach(trial.addTransceiver("audio").sender)) await new Promise((run) => setTimeout(run, 50));
  trial.close();
  call.mentor = side(false, "mentee");
  call.mentee = side(true, "mentor");
  const codecs = RTCRtpReceiver.getCapabilities("audio").codecs;
  codecs.sort((a, b) => (b.mimeType === "audio/red") - (a.mimeType === "audio/red"));
  call.mentor.pc.addTransceiver("audio").setCodecPreferences(codecs);
  call.mentor.pc.addTransceiver("video");
  await call.mentor.attach();

  const entries = async (pc) => [...(await pc.getStats()).values()];
  const of = (all, type, kind) => all.find((entry) => entry.type === type && entry.kind === kind) ?? {};
  globalThis.call = call;
  globalThis.totals = async (name) => {
    const [sent, received] = await Promise.all(
      [call[name].pc, call[name === "mentor" ? "mentee" : "mentor"].pc].map(entries),
    );
    const [speech, video] = [of(sent, "outbound-rtp", "audio"), of(sent, "outbound-rtp", "video")];
    const [heard, seen] = [of(received, "inbound-rtp", "audio"), of(received, "inbound-rtp", "video")];
    return {
      speech_packets: speech.packetsSent ?? 0,
      speech_bytes: speech.bytesSent ?? 0,
      video_ssrc: video.ssrc ?? 0,
      lost: (heard.packetsLost ?? 0) + (seen.packetsLost ?? 0),
      decoded: seen.framesDecoded ?? 0,
    };
  };
  globalThis.played = async (name) =>
    of(await entries(call[name].pc), "inbound-rtp", "audio").jitterBufferEmittedCount ?? 0;
  globalThis.states = () =>
    [call.mentor.pc, call.mentee.pc].map((pc) => `${pc.signalingState} ${pc.connectionState}`);
};
