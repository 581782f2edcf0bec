// Sends what waits and brings what the server has: resumable, idempotent (every item keeps its own id), one run at a time.
//
// A run: ask for the officer's visits (and so for a fresh CSRF token, and who is signed in), send each visit's items in their
// order, take the visits' bundles along. Findings go together, photographs one by one. What was answered is written down at
// once; what fails for want of a signal waits for the next run.

import { answered, pause, refused, toSend } from "./standing.js";
import { FullDisk } from "./store.js";
import { isUnsent } from "./unsent.js";

const AT_ONCE = 100;
const PATIENCE = 120_000;

export class SignedOut extends Error {}
export class OtherAccount extends Error {}
class NoSignal extends Error {}
class NoAnswer extends Error {}

export class Sync {
  // `store`, `account` {id, name}, `api` (the address of the visits) and `tell(state)`, which a screen shows.
  constructor({ store, account, api, words, tell }) {
    Object.assign(this, { store, account, api, words, tell, failures: 0, running: null, again: false, timer: 0 });
  }

  // Runs now, or once more when a run is on its way.
  now() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    clearTimeout(this.timer);
    this.tell({ phase: "sending" });
    this.running = this.run().finally(() => {
      this.running = null;
      if (this.again) {
        this.again = false;
        this.now();
      }
    });
    return this.running;
  }

  async run() {
    try {
      await this.exchange();
      this.failures = 0;
      this.tell({ phase: "idle" });
    } catch (error) {
      if (error instanceof SignedOut || error instanceof OtherAccount) {
        this.tell({ phase: error instanceof SignedOut ? "signed-out" : "other-account" });
        return;
      }
      this.failures += 1;
      this.tell({ phase: phaseOf(error) });
      this.timer = setTimeout(() => this.now(), pause(this.failures) * 1000);
    }
  }

  async exchange() {
    const listed = await this.hello();
    const items = await this.store.all("items");
    let failure = null;
    for (const visit of new Set(items.map((item) => item.visit))) {
      // What the server cannot take of one visit keeps no other back.
      await this.send(visit, items.filter((item) => item.visit === visit)).catch((error) => {
        if (!(error instanceof NoAnswer)) {
          throw error;
        }
        failure = error;
      });
    }
    const bundles = [];
    for (const one of listed.visits) {
      bundles.push(await (await this.ask(one.url)).json());
    }
    const left = (await this.store.all("items")).filter(isUnsent).map((item) => item.visit);
    await this.store.takeAlong(bundles, left, listed.now);
    await this.store.remember("synced", { at: listed.now, drift: this.drift });
    if (failure) {
      throw failure;
    }
  }

  // Who is signed in, and the token that goes with the session.
  async hello() {
    const listed = await (await this.ask(this.api)).json();
    this.token = listed.csrf;
    this.drift = Date.now() - Date.parse(listed.now);
    return listed;
  }

  async send(visit, items) {
    const waiting = toSend(items);
    const findings = waiting.filter((item) => item.kind === "finding");
    for (let start = 0; start < findings.length; start += AT_ONCE) {
      await this.post(visit, "entries/", findings.slice(start, start + AT_ONCE));
    }
    for (const item of waiting.filter((one) => one.kind !== "finding")) {
      await this.post(visit, { photo: "photos/", signature: "signatures/", settlement: "settlements/" }[item.kind], [item]);
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

  // Asks the server; a stale token is renewed once. Refusals of what was sent come back, everything else is thrown.
  async ask(url, body = null, isAgain = false) {
    const answer = await this.fetch(url, body);
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.status === 401) {
      const { code } = await answer.json();
      throw code === "other_account" ? new OtherAccount() : new SignedOut();
    }
    if (answer.status === 403 && !isJson && body && !isAgain) {
      await this.hello();
      return this.ask(url, body, true);
    }
    const isMeant = answer.ok || (body && [404, 409, 413, 422].includes(answer.status));
    if (!isMeant) {
      throw new NoAnswer(`HTTP ${answer.status}`);
    }
    return answer;
  }

  async fetch(url, body) {
    const headers = { "X-Field-Account": String(this.account.id), "X-CSRFToken": this.token ?? "" };
    if (typeof body === "string") {
      headers["Content-Type"] = "application/json";
    }
    try {
      const method = body ? "POST" : "GET";
      return await fetch(url, { method, body, headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    } catch (error) {
      throw new NoSignal(error.message);
    }
  }
}

function phaseOf(error) {
  if (error instanceof NoSignal) {
    return "no-signal";
  }
  return error instanceof FullDisk ? "full" : "failed";
}

function finding({ client_id, point, finding: found, note, made_at }) {
  return { client_id, point, finding: found, note, made_at };
}

// Who is signed in on this device, as the server says; null without a signal. Throws SignedOut.
export async function whoIsIt(api) {
  let answer;
  try {
    answer = await fetch(api, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return null;
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new SignedOut();
  }
  return answer.ok ? (await answer.json()).account : null;
}
