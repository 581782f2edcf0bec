// Sends what waits and brings what the server has; idempotent, since every item keeps its own id.
//
// A run: ask for the officer's visits (and so for a fresh CSRF token, and who is signed in), send each visit's items in their
// order, take along the bundles of those visits that have changed. Findings go together, photographs one by one. What was
// answered is written down at once; what fails for want of a signal waits for the next run.

import { Courier, NoAnswer } from "../app/courier.js";
import { isUnsent } from "../app/unsent.js";
import { answered, refused, toSend } from "./standing.js";

const AT_ONCE = 100;
const ADDRESSES = { photo: "photos/", signature: "signatures/", settlement: "settlements/" };
const SOON = 300_000; // ms until a visit that colleagues have still to complete is asked for again

export class Sync extends Courier {
  async exchange() {
    const listed = await this.hello();
    const items = await this.store.all("items");
    const sending = new Set(toSend(items).map((item) => item.visit));
    let failure = null;
    for (const visit of sending) {
      // What the server cannot take of one visit keeps no other back.
      await this.send(visit, items.filter((item) => item.visit === visit)).catch((error) => {
        if (!(error instanceof NoAnswer)) {
          throw error;
        }
        failure = error;
      });
    }
    const bundles = await this.fetchChanged(listed.visits, sending);
    const left = (await this.store.all("items")).filter(isUnsent).map((item) => item.visit);
    await this.store.takeAlong(bundles, left, listed.now);
    await this.store.remember("synced", { at: listed.now, drift: this.drift });
    if (failure) {
      throw failure;
    }
  }

  // The bundles of these visits: what the device has where it is of the same version, unless something was sent just now.
  // Not those that have just been closed.
  async fetchChanged(visits, sent) {
    const known = new Map((await this.store.all("visits")).map((one) => [one.key, one]));
    const bundles = [];
    for (const { key, version, url } of visits) {
      const kept = known.get(key);
      const isSame = kept?.version === version && !sent.has(key);
      bundles.push(isSame ? kept : await (await this.ask(url)).json());
    }
    return bundles.filter((one) => one.state === "scheduled");
  }

  async send(visit, items) {
    const waiting = toSend(items);
    const findings = waiting.filter((item) => item.kind === "finding");
    for (let start = 0; start < findings.length; start += AT_ONCE) {
      await this.post(visit, "entries/", findings.slice(start, start + AT_ONCE));
    }
    for (const item of waiting.filter((one) => one.kind in ADDRESSES)) {
      await this.post(visit, ADDRESSES[item.kind], [item]);
    }
    await this.close(visit, waiting.find((one) => one.kind === "closing"));
  }

  // A visit is closed once all that this device has of it has arrived: afterwards nothing more is taken. Where colleagues have
  // still to send or to sign, the wish waits and is sent again.
  async close(visit, wish) {
    const items = (await this.store.all("items")).filter((item) => item.visit === visit);
    const isWithdrawn = !items.some((item) => item.client_id === wish?.client_id);
    if (isWithdrawn || items.some((item) => item.kind !== "closing" && isUnsent(item))) {
      return;
    }
    await this.post(visit, "close/", [wish]);
    if ((await this.store.all("items")).some((item) => item.client_id === wish.client_id && isUnsent(item))) {
      this.timer = setTimeout(() => this.now(), SOON);
    }
  }

  // One request; the items as the answer leaves them are written down before anything else happens.
  async post(visit, what, items) {
    const body = what === "entries/" ? JSON.stringify({ entries: items.map(finding) }) : await this.bodyOf(items[0]);
    const answer = await this.ask(`${this.api}${visit}/${what}`, body);
    const said = await answer.json().catch(() => ({}));
    const at = new Date().toISOString();
    if (!answer.ok) {
      const message = said.message ?? (answer.status === 404 ? this.words("not_yours") : `HTTP ${answer.status}`);
      await this.store.settle(items.map((item) => refused(item, message)));
    } else {
      const answers = new Map(said.answers.map((one) => [one.client_id, one]));
      const told = items.filter((item) => answers.has(item.client_id));
      await this.store.settle(told.map((item) => answered(item, answers.get(item.client_id), said.disputed, at)));
    }
    this.tell({ phase: "sending" });
  }

  async bodyOf(item) {
    if (item.kind === "closing") {
      const { client_id, made_at, days } = item;
      return JSON.stringify({ client_id, made_at, days });
    }
    const file = await this.store.get("files", item.client_id);
    const form = new FormData();
    for (const name of ["client_id", "point", "finding", "note", "taken_at", "signed_at", "sha256", "who", "name", "statement", "reason"]) {
      if (item[name]) {
        form.set(name, item[name]);
      }
    }
    if (item.kind === "settlement") {
      return JSON.stringify(Object.fromEntries(form));
    }
    if (item.place) {
      form.set("place", JSON.stringify(item.place));
    }
    if (item.declined) {
      form.set("declined", "true");
    }
    if (file) {
      const isPhoto = item.kind === "photo";
      const blob = new Blob([file.bytes], { type: isPhoto ? "image/jpeg" : "image/png" });
      form.set(isPhoto ? "file" : "drawn", blob, isPhoto ? `${item.client_id}.jpg` : "signature.png");
    }
    return form;
  }
}

function finding({ client_id, point, finding: found, note, made_at }) {
  return { client_id, point, finding: found, note, made_at };
}
