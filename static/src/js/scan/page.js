// The scanner: what the device holds (keys and list), who it is, the screens by address (#/…), notices.

import * as account from "../app/account.js";
import { SignedOut, whoIsIt } from "../app/courier.js";
import { FullDisk } from "../app/database.js";
import { filledIn, slot, today, when, words } from "../app/dom.js";
import { notice, offerUpdate, register } from "../app/frame.js";
import { place } from "../app/place.js";
import { unsent } from "../app/unsent.js";
import { examine, split } from "../licence-present.js";
import { verify } from "../licence-verify.js";
import { finder } from "./finder.js";
import { log } from "./log.js";
import { problem } from "./problem.js";
import { Held } from "./published.js";
import { prepare } from "./reader.js";
import { Server } from "./server.js";
import { signal } from "./signals.js";
import { open } from "./store.js";
import { suspect } from "./suspect.js";
import { verdict } from "./verdict.js";

const SCREENS = { "": finder, verdict, log, problem, suspect };
const main = document.getElementById("main");
const { api, keys, status, wasm } = document.body.dataset;
const MOST_DRIFT = 5 * 60 * 1000;
const PATIENCE = 5000;
const SAME_LOOK = 2 * 60 * 1000;
const FRESH = 10 * 60 * 1000;

class App {
  constructor() {
    this.held = new Held({ keys, status, tell: () => this.renew() });
    this.store = null;
    this.server = null;
    this.purpose = null;
    this.where = null;
    this.scan = null;
    this.shown = null;
    this.turn = 0;
  }

  async start() {
    await this.held.start();
    await this.enter(await whoever());
    addEventListener("hashchange", () => this.show());
    addEventListener("online", () => (this.server ? this.server.now() : this.scan || location.reload()));
    document.getElementById("send").addEventListener("click", () => this.server?.now());
    account.onChange(() => location.reload());
    await this.show();
    await this.server?.now();
  }

  // What this account keeps on the device.
  async enter(who) {
    notice("nobody", !who);
    if (!who) {
      return;
    }
    this.store = await open(who.id);
    this.server = new Server({ store: this.store, account: who, api, words, tell: (state) => this.hear(state) });
    const kept = await this.store.fact("purpose");
    this.purpose = kept?.day === today() ? kept : null;
    this.tellsPlace = (await this.store.fact("tells place")) ?? false;
    document.getElementById("foot").hidden = false;
    await this.bar("idle");
  }

  async hear({ phase }) {
    notice("signed-out", phase === "signed-out");
    if (phase === "other-account") {
      await account.forget();
      location.reload(); // and meets whoever it is
      return;
    }
    if (phase === "idle") {
      notice("clock", Math.abs(this.server.drift) > MOST_DRIFT);
      await this.arrived();
    }
    await this.bar(phase);
  }

  // What the server told of a scan while it took it: the same paper elsewhere.
  async arrived() {
    const item = this.scan?.id ? await this.store.get("items", this.scan.id) : null;
    if (item?.elsewhere && !this.scan.elsewhere) {
      this.scan.elsewhere = item.elsewhere;
      signal("forged");
      await (location.hash === "#/verdict" ? this.show() : null);
    }
    await (this.shown?.renews ? this.show() : null);
  }

  // The bar at the foot: how much is unsent, and how it stands with sending.
  async bar(phase) {
    const count = unsent(await this.store.all("items"));
    const synced = await this.store.fact("synced");
    const foot = document.getElementById("foot");
    foot.dataset.unsent = count;
    slot(foot, "count").textContent = count ? words("unsent", { n: count }) : words("all_sent");
    const last = synced ? words("last_sent", { at: when(synced.at, "moment") }) : words("never_sent");
    slot(foot, "last").textContent = phase === "idle" ? last : `${words(`phase_${phase}`)} · ${last}`;
    document.getElementById("send").disabled = phase === "sending";
    offerUpdate(this.registration, count > 0);
  }

  // What the scans of today are for.
  async choose(purpose, note) {
    this.purpose = { purpose, note, day: today() };
    await this.store.remember("purpose", this.purpose);
  }

  async tellPlace(yes) {
    this.tellsPlace = yes;
    this.where = null;
    await this.store.remember("tells place", yes);
    this.locate();
  }

  // Asked for before there is a code, so that nobody waits for it.
  async locate() {
    if (this.tellsPlace) {
      const found = await place();
      this.where = found ? { ...found, at: Date.now() } : null;
    }
  }

  get placeNow() {
    const isFresh = this.tellsPlace && this.where && Date.now() - this.where.at < FRESH;
    return isFresh ? { latitude: this.where.latitude, longitude: this.where.longitude, accuracy: this.where.accuracy } : null;
  }

  // Keeps an item, with the bytes that belong to it; true only when its transaction is complete. A full device is said, and
  // nothing else changes.
  async keep(item, bytes = null) {
    try {
      await this.store.save({ ...item, state: "waiting", message: "" }, bytes);
    } catch (error) {
      notice(error instanceof FullDisk ? "full" : "not-saved", true);
      return false;
    }
    notice("full", false);
    notice("not-saved", false);
    await this.bar("idle");
    this.server.now();
    return true;
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
    const { paper, digits } = split(text);
    const judged = await verify(paper, { at, published });
    const presented = digits && judged.signature === "valid" ? await examine(paper, digits, { at, published }) : null;
    const scan = { text, way, at, verdict: { ...judged, presented }, live: null, isAsking };
    this.scan = scan;
    if (way !== "typed" || !isAsking) {
      signal(presented && presented.state !== "live" ? "unknown" : judged.verdict);
    }
    location.hash = "#/verdict";
    if (way !== "typed" && scan.verdict.signature !== "not_checked") {
      await this.note(scan, scan.verdict);
    }
    await (isAsking ? this.ask(scan) : null);
  }

  // Puts a scan into the log, with what was shown of it.
  async note(scan, shown) {
    if (!this.store || !this.purpose || scan.id) {
      return;
    }
    const { purpose, note } = this.purpose;
    scan.id = crypto.randomUUID(); // at once: there may be two answers to note
    const before = (await this.store.all("items")).find((item) => isSameLook(item, scan, shown, purpose));
    if (before) {
      scan.id = before.client_id;
      return;
    }
    const facts = { purpose, note, said: shown.verdict, list_as_of: shown === scan.live ? null : shown.as_of };
    const { id: client_id, text, way, at } = scan;
    const made = { made_at: at.toISOString(), place: this.placeNow, holder: shown.holder.name ?? "" };
    if (!(await this.keep({ client_id, kind: "scan", text, way, ...facts, ...made }))) {
      scan.id = null;
    }
  }

  async ask(scan) {
    if (scan.live || !this.server) {
      return;
    }
    const live = await this.server.look(scan.text);
    Object.assign(scan, { live, isAsking: false });
    if (live?.number) {
      await this.note(scan, live); // a typed number is known only now
    }
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

// A second look at the same paper, for the same purpose and with the same outcome, is the same within two minutes.
function isSameLook(item, scan, shown, purpose) {
  const isNear = scan.at - Date.parse(item.made_at) < SAME_LOOK;
  return isNear && item.text === scan.text && item.purpose === purpose && item.said === shown.verdict;
}

// Who is signed in: as the device knows it, else as the server says. Without anybody codes are judged all the same.
async function whoever() {
  const before = await account.known();
  if (before || !navigator.onLine) {
    return before;
  }
  const silence = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE));
  const who = await Promise.race([whoIsIt(api).catch(nobody), silence]);
  await (who ? account.remember(who) : null);
  return who;
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
  try {
    await register(
      (registration) => {
        app.registration = registration;
        return app.store && app.bar("idle");
      },
      async () => app.store && unsent(await app.store.all("items")) > 0,
    );
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
