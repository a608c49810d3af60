// The yardstick page: a two-person call with browser defaults, in as few lines as it takes.
// It does nothing about a bad line on purpose. ?video=0 sends the voice alone, ?height=720 asks the
// camera for a picture of that height.

const parameters = new URLSearchParams(location.search);
const height = Number(parameters.get("height"));
const video = parameters.get("video") !== "0" && (height ? { height } : true);
const joinButton = document.querySelector("[data-action=join]");

joinButton.addEventListener("click", join, { once: true });

async function join() {
  joinButton.disabled = true;
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  document.querySelector("#local").srcObject = media;

  const connection = new RTCPeerConnection();
  const socket = new WebSocket(`ws://${location.host}/socket`);
  const send = (message) => socket.send(JSON.stringify(message));

  connection.ontrack = ({ streams }) => {
    document.querySelector("#remote").srcObject = streams[0];
  };
  connection.onicecandidate = ({ candidate }) => candidate && send({ candidate });
  connection.onconnectionstatechange = () => {
    document.documentElement.dataset.link = connection.connectionState;
  };
  for (const track of media.getTracks()) connection.addTrack(track, media);

  socket.onmessage = async ({ data }) => {
    const message = JSON.parse(data);
    if (message.candidate) return connection.addIceCandidate(message.candidate);
    if (message.description) await connection.setRemoteDescription(message.description);
    if (message.call || message.description?.type === "offer") {
      await connection.setLocalDescription();
      send({ description: connection.localDescription });
    }
  };
}
