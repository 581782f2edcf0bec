// A place to sign with a finger, a pen or a mouse. Whoever cannot draw types the name instead: both count.

import { bytesOf } from "../app/pictures.js";

const INK = "#1a2233";

export class Pad {
  // `canvas` fills its box; `clear` is the button that wipes it.
  constructor(canvas, clear) {
    this.canvas = canvas;
    this.isDrawn = false;
    this.last = null;
    this.fit();
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.draw(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => { this.last = null; });
    }
    clear.addEventListener("click", () => this.fit());
  }

  // As many points as the screen has; white, so that the picture reads on paper.
  fit() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const scale = Math.min(3, devicePixelRatio || 1);
    this.canvas.width = Math.max(1, Math.round(width * scale));
    this.canvas.height = Math.max(1, Math.round(height * scale));
    this.pen = this.canvas.getContext("2d");
    this.pen.fillStyle = "#fff";
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.pen.scale(scale, scale);
    Object.assign(this.pen, { strokeStyle: INK, lineWidth: 2.5, lineCap: "round", lineJoin: "round" });
    this.isDrawn = false;
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.at(event);
  }

  draw(event) {
    if (!this.last) {
      return;
    }
    const next = this.at(event);
    this.pen.beginPath();
    this.pen.moveTo(...this.last);
    this.pen.lineTo(...next);
    this.pen.stroke();
    this.last = next;
    this.isDrawn = true;
  }

  // The drawing as PNG bytes; null where nothing was drawn.
  bytes() {
    return this.isDrawn ? bytesOf(this.canvas, "image/png") : null;
  }
}
