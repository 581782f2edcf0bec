// The business's licence on its own telephone (亮证): a fresh code every minute, a clock that goes, the screen kept awake. Without
// a signal the last code is shown until it is over; what is over is never shown.

import * as account from "../app/account.js";
import { SignedOut, whoIsIt } from "../app/courier.js";
import { filledIn, slot, tag, when, words } from "../app/dom.js";
import { notice, offerUpdate, register } from "../app/frame.js";

const main = document.getElementById("main");
const { api } = document.body.dataset;
const EVERY = 60_000;
const PATIENCE = 15_000;

class Shower {
  constructor(who) {
    this.key = account.shownBy(who.id);
    this.held = JSON.parse(localStorage.getItem(this.key) ?? "null");
    this.drift = 0;
    this.lock = null;
  }

  // Which licence is shown: the address's, else the one shown last, else the only one.
  get code() {
    const named = location.hash.replace(/^#\/?/, "");
    if (named === "all") {
      return "";
    }
    return named || this.held?.code || (this.list?.length === 1 ? this.list[0].code : "");
  }

  async start() {
    addEventListener("hashchange", () => this.renew());
    addEventListener("online", () => this.renew());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.renew());
    setInterval(() => document.visibilityState === "visible" && this.renew(), EVERY);
    setInterval(() => this.tick(), 1000);
    this.show();
    await this.renew();
  }

  // Asks for a fresh code; without an answer what is held stays.
  async renew() {
    this.stayAwake();
    try {
      if (!this.list) {
        const said = await asked(api);
        this.list = said.licences;
      }
      if (this.code) {
        this.held = await asked(`${api}${encodeURIComponent(this.code)}/`);
        this.drift = Date.now() - Date.parse(this.held.begins);
        localStorage.setItem(this.key, JSON.stringify(this.held));
      }
      notice("no-signal", false);
    } catch (error) {
      notice("signed-out", error instanceof SignedOut);
      notice("no-signal", !(error instanceof SignedOut));
    }
    this.show();
  }

  // A screen that goes dark cannot be scanned; the browser cannot make it brighter.
  async stayAwake() {
    if (this.lock?.released !== false) {
      this.lock = await navigator.wakeLock?.request("screen").catch(() => null);
    }
  }

  get now() {
    return Date.now() - this.drift;
  }

  get isOver() {
    return !this.held || this.now > Date.parse(this.held.until);
  }

  show() {
    if (this.held && this.held.code === this.code) {
      this.showLicence();
    } else if (this.list) {
      main.replaceChildren(filledIn("screen-list", { none: !this.list.length, licences: this.list.map(row) }));
    }
  }

  showLicence() {
    const { holder, number, items, picture, until } = this.held;
    const node = filledIn("screen-licence", {
      name: holder.name,
      address: holder.address ?? "",
      number,
      items: items.map(item),
      asOf: words("as_of", { at: when(this.held.begins, "second") }),
      code: !this.isOver,
      until: words("until", { at: when(until, "second") }),
      over: this.isOver,
      others: this.list?.length > 1,
    });
    const image = node.querySelector("img");
    if (image) {
      image.src = picture;
    }
    node.dataset.state = this.isOver ? "over" : "live";
    main.replaceChildren(node);
    node.querySelector("[data-again]")?.addEventListener("click", () => this.renew());
    this.tick();
  }

  tick() {
    const clock = slot(main, "clock");
    if (!clock) {
      return;
    }
    clock.textContent = when(this.now, "second");
    const screen = main.firstElementChild;
    if (screen.dataset.state === "live" && this.isOver) {
      this.show();
    }
  }
}

function row({ code, number, holder }) {
  const made = filledIn("part-licence", { number, holder });
  made.querySelector("a").href = `#/${code}`;
  return made;
}

function item({ name, state, valid_to: end }) {
  return filledIn("part-permit", { name, state: tag(`state-${state}`), term: end ? words("to", { to: when(end, "date") }) : words("for_ever") });
}

async function asked(address) {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 401 || answer.status === 403) {
    throw new SignedOut();
  }
  if (!answer.ok) {
    throw new Error(`HTTP ${answer.status}`);
  }
  return answer.json();
}

async function begin() {
  const before = await account.known();
  const who = before ?? (await whoIsIt(api).catch(() => null));
  if (!who) {
    main.replaceChildren(filledIn("screen-nobody"));
    return;
  }
  await (before ? null : account.remember(who));
  account.onChange(() => location.reload());
  await new Shower(who).start();
  try {
    await register((registration) => offerUpdate(registration, false));
  } catch {
    notice("no-worker", true);
  }
}

begin();
