// The scanner: what the device holds (keys and list), who it is, the screens by address (#/…), notices.

import * as account from "../app/account.js";
import { SignedOut, whoIsIt } from "../app/courier.js";
import { filledIn, words } from "../app/dom.js";
import { notice, offerUpdate, register } from "../app/frame.js";
import { verify } from "../licence-verify.js";
import { finder } from "./finder.js";
import { Held } from "./published.js";
import { prepare } from "./reader.js";
import { Server } from "./server.js";
import { signal } from "./signals.js";
import { verdict } from "./verdict.js";

const SCREENS = { "": finder, verdict };
const main = document.getElementById("main");
const { api, keys, status, wasm } = document.body.dataset;
const MOST_DRIFT = 5 * 60 * 1000;

class App {
  constructor() {
    this.held = new Held({ keys, status, tell: () => this.renew() });
    this.server = null;
    this.scan = null;
    this.shown = null;
    this.turn = 0;
  }

  async start() {
    await this.held.start();
    addEventListener("hashchange", () => this.show());
    await this.show();
  }

  // Who is signed in; without anybody codes are judged all the same.
  async meet() {
    const before = await account.known();
    const who = before ?? (await whoIsIt(api).catch(nobody));
    notice("nobody", !who);
    account.onChange(() => location.reload());
    if (who) {
      await (before ? null : account.remember(who));
      this.server = new Server({ account: who, api, words, tell: (state) => this.hear(state) });
      addEventListener("online", () => this.server.now());
      await this.server.now();
      await (this.scan ? this.ask(this.scan) : null); // somebody was faster
    }
  }

  async hear({ phase }) {
    notice("signed-out", phase === "signed-out");
    if (phase === "other-account") {
      await account.forget();
      location.reload(); // and meets whoever it is
    } else if (phase === "idle") {
      notice("clock", Math.abs(this.server.drift) > MOST_DRIFT);
    }
  }

  async show() {
    const turn = ++this.turn;
    const name = location.hash.replace(/^#\/?/, "");
    const screen = await (SCREENS[name] ?? finder)(this);
    if (turn !== this.turn) {
      return; // overtaken while it was made
    }
    this.shown?.leave?.();
    this.shown = screen;
    main.replaceChildren(screen.node);
    document.title = `${screen.title} - ${words("scan")}`;
    const back = document.getElementById("back");
    back.hidden = !screen.back;
    back.href = screen.back ?? "#/";
    this.renew();
    scrollTo(0, 0);
    main.querySelector("h1").focus();
    await screen.ready?.();
  }

  // The address names a screen for which there is nothing.
  nothing() {
    location.replace("#/");
    return finder(this);
  }

  // What came anew is shown where it belongs, without disturbing anybody.
  renew() {
    this.shown?.renew?.();
    const age = this.held.age(new Date());
    document.body.dataset.asOf = age ? age.asOf.getTime() / 1000 : "";
    notice("no-list", !age);
    notice("stale", Boolean(age?.isStale));
    offerUpdate(this.registration, false);
  }

  // Judges a text at once by what the device holds, then asks the server where there is a signal.
  async judge(text, way) {
    const { published } = this.held;
    if (!published) {
      notice("no-list", true);
      await this.show();
      return;
    }
    notice("no-code", false);
    const at = new Date();
    const isAsking = Boolean(this.server && navigator.onLine);
    const scan = { text, way, at, verdict: await verify(text, { at, published }), live: null, isAsking };
    this.scan = scan;
    if (way !== "typed" || !isAsking) {
      signal(scan.verdict.verdict);
    }
    location.hash = "#/verdict";
    if (isAsking) {
      await this.ask(scan);
    }
  }

  async ask(scan) {
    if (scan.live || !this.server) {
      return;
    }
    const live = await this.server.look(scan.text);
    Object.assign(scan, { live, isAsking: false });
    if (this.scan !== scan) {
      return; // the next one is on the screen
    }
    if (live && (scan.way === "typed" || live.verdict !== scan.verdict.verdict)) {
      signal(live.verdict);
    }
    if (location.hash === "#/verdict") {
      await this.show();
    }
  }
}

function nobody(error) {
  if (!(error instanceof SignedOut)) {
    throw error;
  }
  return null;
}

async function begin() {
  const app = new App();
  prepare(wasm).catch(() => notice("no-reader", true));
  try {
    await app.start();
  } catch {
    main.replaceChildren(filledIn("screen-unable"));
    return;
  }
  await app.meet();
  try {
    app.registration = await register(() => app.renew());
  } catch {
    notice("no-worker", true);
  }
}

// Screens have the address's hash for themselves.
document.querySelector(".govuk-skip-link").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
begin();
