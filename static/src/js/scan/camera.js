// The back camera, its torch, and the loop that looks for a code until there is one.

import { readFrame } from "./reader.js";

const PAUSE = 60;

export class Camera {
  constructor(video) {
    this.video = video;
    this.stream = null;
  }

  // Switches it on; false where there is none or it is not allowed.
  async start() {
    try {
      const video = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch {
      return false;
    }
    if (!this.video.isConnected) {
      this.stop();
      return false;
    }
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => null);
    return true;
  }

  // The first text that is read; "" when the camera was switched off before there was one.
  async find() {
    while (this.stream) {
      const text = await readFrame(this.video);
      if (text && this.stream) {
        return text;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    return "";
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }

  get hasTorch() {
    return Boolean(this.stream?.getVideoTracks()[0]?.getCapabilities?.().torch);
  }

  // Whether the torch is on now.
  async light(isOn) {
    try {
      await this.stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: isOn }] });
      return isOn;
    } catch {
      return false;
    }
  }
}

// Whether the camera may be switched on without asking again.
export async function isAllowed() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false;
  }
}
