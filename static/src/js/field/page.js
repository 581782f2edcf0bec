// The field app: who it is, the store of this account, the screens by address (#/…), the bar with what is unsent, notices.

import * as account from "../app/account.js";
import { whoIsIt, SignedOut } from "../app/courier.js";
import { FullDisk } from "../app/database.js";
import { filledIn, slot, when, words } from "../app/dom.js";
import { notice, offerUpdate, register, say } from "../app/frame.js";
import { isUnsent, unsent } from "../app/unsent.js";
import { close } from "./close.js";
import { days } from "./days.js";
import { point } from "./point.js";
import { queue } from "./queue.js";
import { sign } from "./sign.js";
import { open } from "./store.js";
import { Sync } from "./sync.js";
import { visit } from "./visit.js";

const SCREENS = { "": days, visit, point, sign, close, queue };
const main = document.getElementById("main");
const { api } = document.body.dataset;
const MOST_DRIFT = 5 * 60 * 1000;

class App {
  constructor(store, who) {
    this.store = store;
    this.account = who;
    this.api = api;
    this.state = { phase: "idle" };
    this.shown = null;
    this.turn = 0;
    this.persists = true; // until the browser has answered, which may take somebody's consent
    this.sync = new Sync({ store, account: who, api, words, tell: (state) => this.hear(state) });
  }

  async start() {
    addEventListener("hashchange", () => this.show(true));
    addEventListener("online", () => this.sync.now());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.sync.now());
    document.getElementById("send").addEventListener("click", () => this.sync.now());
    // Somebody signs in or out in another tab: this one asks anew who it is.
    account.onChange(() => location.reload());
    await this.show(true);
    this.sync.now();
    this.askToPersist();
  }

  // Shows the screen of the address. Whoever is in the middle of something is not disturbed by what a sync brings.
  async show(isMove) {
    if (this.isClosed || (!isMove && this.isInTheMiddle())) {
      return;
    }
    this.isMoving ||= isMove;
    const turn = ++this.turn;
    const [name = "", ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    const items = await this.store.all("items");
    const screen = await (SCREENS[name] ?? days)(this, items, ...rest);
    if (turn !== this.turn) {
      return; // overtaken while it was made
    }
    this.shown = screen;
    const top = scrollY;
    main.replaceChildren(screen.node);
    screen.ready?.();
    document.title = `${screen.title} - ${words("app")}`;
    const back = document.getElementById("back");
    back.hidden = !screen.back;
    back.href = screen.back ?? "#/";
    if (this.isMoving) {
      this.isMoving = false;
      scrollTo(0, 0);
      main.querySelector("h1").focus();
    } else {
      scrollTo(0, top);
    }
    await this.bar(items);
  }

  isInTheMiddle() {
    return Boolean(this.shown?.isBusy?.() || document.querySelector("dialog[open]"));
  }

  // Somebody else is signed in: what belongs to this account is no longer shown, and stays where it is.
  close() {
    this.isClosed = true;
    account.forget();
    this.notice("other-account", true);
    main.replaceChildren(filledIn("screen-nobody"));
  }

  // Keeps an entry; true only when its transaction is complete. A full device is said, and nothing else changes.
  async save(item, bytes = null) {
    try {
      await this.store.save({ ...item, client_id: item.client_id ?? crypto.randomUUID(), state: "waiting", message: "" }, bytes);
    } catch (error) {
      this.notice(error instanceof FullDisk ? "full" : "not-saved", true);
      this.say("");
      return false;
    }
    this.notice("full", false);
    this.notice("not-saved", false);
    this.say(words("saved", { at: when(new Date(), "hour") }));
    this.sync.now();
    return true;
  }

  say(text) {
    say(text);
  }

  notice(name, isShown) {
    notice(name, isShown);
  }

  async hear(state) {
    this.state = state;
    this.notice("signed-out", state.phase === "signed-out");
    if (state.phase === "other-account") {
      this.close();
    }
    if (state.phase === "idle") {
      const { drift } = await this.store.fact("synced");
      this.notice("clock", Math.abs(drift) > MOST_DRIFT);
    }
    await this.show(false);
    await this.bar(await this.store.all("items"));
  }

  // The bar at the foot: how much is unsent, and how it stands with sending.
  async bar(items) {
    const count = unsent(items);
    const synced = await this.store.fact("synced");
    const foot = document.getElementById("foot");
    foot.dataset.unsent = count;
    slot(foot, "count").textContent = count ? words("unsent", { n: count }) : words("all_sent");
    const { phase } = this.state;
    const last = synced ? words("last_sent", { at: when(synced.at, "moment") }) : words("never_sent");
    slot(foot, "last").textContent = phase === "idle" ? last : `${words(`phase_${phase}`)} · ${last}`;
    document.getElementById("send").disabled = phase === "sending";
    offerUpdate(this.registration, this.holdsUpdate(items));
  }

  // A new version waits until everything is sent, and nobody is in the middle of something.
  holdsUpdate(items) {
    return this.isInTheMiddle() || items.some(isUnsent);
  }

  async askToPersist() {
    this.persists = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false;
    await this.show(false);
  }
}

// The account: as the device knows it; where it does not, the server says so. Nothing of anybody is shown before that.
async function begin() {
  const before = await account.known();
  let who = before;
  if (!who) {
    try {
      who = await whoIsIt(api);
    } catch (error) {
      if (!(error instanceof SignedOut)) {
        throw error;
      }
    }
  }
  if (!who) {
    main.replaceChildren(filledIn("screen-nobody"));
    main.querySelector("h1").focus();
    addEventListener("online", () => location.reload());
    return;
  }
  if (!before) {
    await account.remember(who);
  }
  const store = await open(who.id);
  const app = new App(store, who);
  await app.start();
  try {
    await register(
      async (registration) => {
        app.registration = registration;
        await app.bar(await store.all("items"));
      },
      async () => app.holdsUpdate(await store.all("items")),
    );
  } catch {
    app.notice("no-worker", true);
  }
}

// Screens have the address's hash for themselves.
document.querySelector(".govuk-skip-link").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
begin();
