// Plays the sending of the field app against a server and a network that fail as they are told: [{items, faults}…] on standard
// input, what came of each on standard output.
//
// A fault is what happens to one request, in their order: "" nothing; "cut" it does not arrive; "lost" it arrives, its answer does
// not; "busy" HTTP 503; "out" the session has ended (401); "stale" the token is of an earlier session (403); "portal" the sign-in
// page of a network instead of an answer; "no" a rule is against it (409).
import { readFileSync } from "node:fs";
import { Sync } from "../../static/src/js/field/sync.js";

const NOW = "2026-03-04T12:00:00+08:00";
const MOST_RUNS = 12;

class Server {
  constructor(faults) {
    Object.assign(this, { faults, asked: [], taken: new Map(), order: [], again: 0, versions: { v: 1, w: 1 } });
  }

  async fetch(url, { method = "GET", body, headers = {} } = {}) {
    this.asked.push(`${method} ${url}`);
    const fault = this.faults.shift() ?? "";
    if (fault === "cut") {
      throw new TypeError("no network");
    }
    const said = { busy: () => page(503), portal: () => page(200), out: () => json({ code: "signed_out" }, 401), no: () => json({ message: "no" }, 409) }[fault]?.();
    if (said) {
      return said;
    }
    if (fault === "stale" && body) {
      return page(403);
    }
    const answer = body ? await this.take(url, body, headers) : this.tell(url);
    if (fault === "lost") {
      throw new TypeError("no answer");
    }
    return answer;
  }

  tell(url) {
    const key = url.match(/visits\/(\w+)\//)?.[1];
    if (key) {
      return json({ key, version: this.versions[key], state: "scheduled" });
    }
    const visits = Object.entries(this.versions).map(([one, version]) => ({ key: one, version, url: `/visits/${one}/` }));
    return json({ visits, csrf: "token", now: NOW });
  }

  // As the server does: an id is taken once.
  async take(url, body, headers) {
    if (headers["X-CSRFToken"] !== "token") {
      return page(403);
    }
    const isForm = body instanceof FormData;
    const said = isForm ? Object.fromEntries(body) : JSON.parse(body);
    const answers = [];
    for (const one of said.entries ?? [said]) {
      const status = this.taken.has(one.client_id) ? "duplicate" : "accepted";
      if (status === "accepted") {
        const sizes = await Promise.all([one.file, one.drawn].filter(Boolean).map((file) => file.size));
        this.taken.set(one.client_id, one.made_at ?? one.taken_at ?? one.signed_at ?? "");
        this.order.push([one.client_id, ...sizes]);
        this.versions.v += 1;
      } else {
        this.again += 1;
      }
      answers.push({ client_id: one.client_id, status, message: "" });
    }
    return json({ answers, disputed: [], open: [] });
  }
}

const json = (body, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const page = (status) => new Response("<html>", { status, headers: { "Content-Type": "text/html" } });

// What store.js does, without a disk.
class Memory {
  constructor(items) {
    this.items = new Map(items.map((item) => [item.client_id, item]));
    this.files = new Map(items.filter((item) => item.bytes).map(({ client_id, bytes }) => [client_id, { bytes }]));
    this.visits = [];
    this.facts = {};
  }

  async all(name) {
    return name === "items" ? [...this.items.values()] : this.visits;
  }

  async get(_name, id) {
    return this.files.get(id);
  }

  async settle(items) {
    for (const item of items) {
      this.items.set(item.client_id, item);
      if (item.state === "sent") {
        this.files.delete(item.client_id);
      }
    }
  }

  async takeAlong(bundles) {
    this.visits = bundles;
  }

  async remember(name, value) {
    this.facts[name] = value;
  }
}

async function play({ items, faults = [], runs = 0, between = {} }) {
  const server = new Server([...faults]);
  const store = new Memory(structuredClone(items));
  const phases = [];
  globalThis.fetch = (url, options) => server.fetch(url, options);
  const tell = ({ phase }) => phases.at(-1) !== phase && phases.push(phase);
  const account = { id: 1, name: "" };
  const sync = new Sync({ store, account, api: "/visits/", words: (name) => name, tell });
  const requests = [];
  const isOver = () => [...store.items.values()].every((item) => item.state === "sent") && phases.at(-1) === "idle";
  for (let run = 0; run < (runs || MOST_RUNS) && (runs || !isOver()); run += 1) {
    server.asked = [];
    Object.assign(server.versions, between[run]);
    await sync.now();
    clearTimeout(sync.timer);
    requests.push(server.asked);
  }
  return {
    requests,
    phases,
    order: server.order,
    again: server.again,
    states: [...store.items.values()].map((item) => item.state),
    files: store.files.size,
    moments: Object.fromEntries(server.taken),
  };
}

const results = [];
for (const one of JSON.parse(readFileSync(0, "utf-8"))) {
  results.push(await play(one));
}
process.stdout.write(JSON.stringify(results));
