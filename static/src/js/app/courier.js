// Brings to the server what waits on the device: resumable, one run at a time, again after a while where there is no signal.
//
// An app extends Courier with `exchange()`: one run. `hello()` in it asks for the app's list (and so for a fresh CSRF token, and
// who is signed in), `ask()` asks for anything else.

import { FullDisk } from "./database.js";

const LONGEST_WAIT = 300;
const PATIENCE = 120_000;

export class SignedOut extends Error {}
export class OtherAccount extends Error {}
export class NoAnswer extends Error {}
class NoSignal extends Error {}

// Seconds to wait before the next attempt: 5, 10, 20 … 300.
export function pause(failures) {
  return failures ? Math.min(LONGEST_WAIT, 5 * 2 ** (failures - 1)) : 0;
}

export class Courier {
  // `store`, `account` {id, name}, `api` (the address of the list) and `tell(state)`, which a screen shows.
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

  // Who is signed in, and the token that goes with the session.
  async hello() {
    const listed = await (await this.ask(this.api)).json();
    this.token = listed.csrf;
    this.drift = Date.now() - Date.parse(listed.now);
    return listed;
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
    // What is well but no JSON is somebody else's page: that of a network which wants to be signed in to first.
    const isMeant = answer.ok ? isJson : body && [404, 409, 413, 422].includes(answer.status);
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
