// Taking photographs of a point: with the camera on the screen, or from the device's own camera app or album.

import { filledIn, slot, when, words } from "../app/dom.js";
import { place } from "../app/place.js";
import { camera, compressed } from "../app/pictures.js";

export class Shutter {
  // `node` is the point's screen; `of` names the visit and the point.
  constructor(app, node, of) {
    Object.assign(this, { app, node, of });
    this.dialog = document.getElementById("camera");
    this.consent = node.querySelector("[name=place]");
    this.consent.addEventListener("change", () => app.store.remember("place", this.consent.checked).catch(() => {}));
    app.store.fact("place").then((agreed) => { this.consent.checked = agreed === true; });
    node.querySelector("[data-camera]").addEventListener("click", () => this.open());
    const file = node.querySelector("[type=file]");
    file.addEventListener("change", async () => {
      for (const one of file.files) {
        await this.keep(one);
      }
      file.value = "";
      await app.show(true);
    });
  }

  async open() {
    const stream = await camera();
    if (!stream) {
      // No camera on the screen, or not allowed: the device's own way.
      this.node.querySelector("[type=file]").click();
      return;
    }
    const video = this.dialog.querySelector("video");
    const shoot = this.dialog.querySelector("[data-shoot]");
    shoot.disabled = true; // until there is a picture to take
    video.srcObject = stream;
    this.dialog.showModal();
    await video.play();
    const take = async () => {
      shoot.disabled = true;
      const isKept = await this.keep(video);
      slot(this.dialog, "told").textContent = words(isKept ? "photo_saved" : "photo_not_saved");
      shoot.disabled = false;
    };
    shoot.addEventListener("click", take);
    shoot.disabled = false;
    this.dialog.addEventListener("close", () => {
      shoot.removeEventListener("click", take);
      slot(this.dialog, "told").textContent = "";
      stream.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
      this.app.show(true);
    }, { once: true });
  }

  // Smaller, hashed, kept; the moment is that of the shutter.
  async keep(source) {
    const takenAt = new Date().toISOString();
    let picture;
    try {
      picture = await compressed(source);
    } catch {
      this.app.notice("not-a-picture", true);
      return false;
    }
    this.app.notice("not-a-picture", false);
    const where = this.consent.checked ? await place() : null;
    const item = { kind: "photo", ...this.of, taken_at: takenAt, made_at: takenAt, sha256: picture.sha256, place: where };
    return this.app.save(item, picture.bytes);
  }
}

// A photograph in the list: its picture while it is on the device, when it was taken, its hash, and how it stands.
export async function bytesOfPhotos(app, photo, mayEnter) {
  const file = photo.kind === "photo" ? await app.store.get("files", photo.client_id) : null;
  const row = filledIn("part-photo", {
    at: when(photo.taken_at, "moment"),
    by: photo.purpose && photo.purpose !== "finding" ? words("by_business") : "",
    hash: photo.sha256.slice(0, 12),
    place: photo.place ? words("with_place") : "",
    state: words(`state_${photo.state}`),
    picture: Boolean(file),
    remove: mayEnter && photo.state === "waiting",
  });
  if (file) {
    const picture = row.querySelector("img");
    const url = URL.createObjectURL(new Blob([file.bytes], { type: "image/jpeg" }));
    picture.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
    picture.src = url;
    picture.alt = words("photo_of", { at: when(photo.taken_at, "hour") });
  }
  row.querySelector("[data-remove]")?.addEventListener("click", async () => {
    await app.store.remove(photo.client_id);
    await app.show(true);
  });
  return row;
}
