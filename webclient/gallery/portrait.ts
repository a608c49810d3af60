/** A drawn person before a warm wall, as a video stream: pictures for the gallery without any camera. */

export function portrait(wall: string, skin: string): MediaStream {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 400;
  const brush = canvas.getContext("2d");
  if (!brush) throw new Error("This browser draws no canvas.");
  const draw = () => paint(brush, wall, skin);
  draw();
  setInterval(draw, 200);
  return canvas.captureStream(5);
}

function paint(brush: CanvasRenderingContext2D, wall: string, skin: string): void {
  const light = brush.createRadialGradient(500, 60, 20, 420, 160, 520);
  light.addColorStop(0, "#f3d9a8");
  light.addColorStop(0.4, wall);
  light.addColorStop(1, "#2a3038");
  brush.fillStyle = light;
  brush.fillRect(0, 0, 640, 400);
  oval(brush, "#33404c", 320, 440, 190, 150);
  oval(brush, skin, 320, 300, 44, 70);
  oval(brush, "#3b2a22", 320, 172, 92, 104);
  oval(brush, skin, 320, 196, 78, 96);
}

function oval(
  brush: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  w: number,
  h: number,
): void {
  brush.fillStyle = colour;
  brush.beginPath();
  brush.ellipse(x, y, w, h, 0, 0, 2 * Math.PI);
  brush.fill();
}
