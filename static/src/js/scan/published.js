// The public keys and the signed status list, as this device holds them: by them it says without a signal what holds.
//
// The first are trusted for where they come from, our own host. From then on each list has to be signed with a key that is held
// (licence-verify.js). They are nobody's secret and stay on the device whoever signs in or out.

import { Database, open } from "../app/database.js";
import { BadPublication, load, renew } from "../licence-verify.js";

const DATABASE = "one-licence-published";
const EVERY = 60_000;
const PATIENCE = 20_000;

export class Held {
  // `keys` and `status`: the addresses of the two files; `tell()` is called when there is a newer list.
  constructor({ keys, status, tell }) {
    Object.assign(this, { addresses: { keys, status }, tell, published: null, running: null });
  }

  // What was kept, and the newest where there is a signal; then again and again while the page is looked at.
  async start() {
    this.database = await open(Database, DATABASE, 1, (database) => database.createObjectStore("facts", { keyPath: "name" }));
    const kept = await this.database.fact("files");
    if (kept) {
      this.published = await load(kept.keys, kept.status).catch(() => null);
    }
    setInterval(() => document.visibilityState === "visible" && this.refresh(), EVERY);
    addEventListener("online", () => this.refresh());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.refresh());
    const first = this.refresh();
    if (!this.published) {
      await first;
    }
  }

  // The newer files in the place of the held ones; whatever comes instead of them changes nothing.
  refresh() {
    this.running ??= this.fetch().catch(() => null).finally(() => {
      this.running = null;
      this.tell();
    });
    return this.running;
  }

  async fetch() {
    const status = new Uint8Array(await (await asked(this.addresses.status)).arrayBuffer());
    const keys = await (await asked(this.addresses.keys)).text();
    this.published = await this.renewed(keys, status);
    await this.database.remember("files", { keys, status });
  }

  async renewed(keys, status) {
    if (!this.published) {
      return load(keys, status);
    }
    try {
      return await renew(this.published, status, keys);
    } catch (error) {
      // Signed with a key that came while this device was away: begun anew from our own host.
      if (error instanceof BadPublication && error.reason === "key") {
        return load(keys, status);
      }
      throw error;
    }
  }

  // The list's moment and whether it is too old at `at`; null where there is none.
  age(at) {
    if (!this.published) {
      return null;
    }
    const { asOf, expires } = this.published.statuses;
    return { asOf: new Date(asOf * 1000), isStale: at.getTime() / 1000 > expires };
  }
}

async function asked(address) {
  const answer = await fetch(address, { cache: "no-cache", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) {
    throw new Error(`${address}: ${answer.status}`);
  }
  return answer;
}
