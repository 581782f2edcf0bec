// What the scanner asks of the server and brings to it where there is a signal: who is signed in, what holds by the record, the
// log of scans, what was found, what is believed forged.

import { Courier } from "../app/courier.js";

const AT_ONCE = 50;
const SCAN = ["client_id", "text", "way", "purpose", "note", "made_at", "said", "list_as_of", "place"];
const SUSPICION = ["client_id", "scan", "ground", "where", "what", "reason", "made_at"];
const REFERRAL = ["client_id", "scan", "position", "what", "made_at"];

export class Server extends Courier {
  async exchange() {
    const { now } = await this.hello();
    const waiting = (await this.store.all("items")).filter((item) => item.state === "waiting");
    const scans = waiting.filter((item) => item.kind === "scan");
    for (let start = 0; start < scans.length; start += AT_ONCE) {
      const some = scans.slice(start, start + AT_ONCE);
      await this.post("scans/", JSON.stringify({ scans: some.map((item) => part(item, SCAN)) }), some);
    }
    // After the scans to which they belong.
    for (const item of waiting.filter((one) => one.kind === "referral")) {
      await this.post("referrals/", JSON.stringify(part(item, REFERRAL)), [item]);
    }
    for (const item of waiting.filter((one) => one.kind === "suspicion")) {
      await this.post("suspicions/", await this.formOf(item), [item]);
    }
    await this.store.tidy();
    await this.store.remember("synced", { at: now });
  }

  // One request; the items as the answer leaves them are written down before anything else happens.
  async post(what, body, items) {
    const answer = await this.ask(`${this.api}${what}`, body);
    const said = await answer.json().catch(() => ({}));
    const answers = new Map((said.answers ?? []).map((one) => [one.client_id, one]));
    const refusal = { status: "refused", message: said.message ?? `HTTP ${answer.status}` };
    await this.store.settle(items.map((item) => answered(item, answer.ok ? answers.get(item.client_id) : refusal)));
  }

  // A report with its photograph.
  async formOf(item) {
    const form = new FormData();
    for (const name of SUSPICION) {
      form.set(name, item[name] ?? "");
    }
    const file = await this.store.get("files", item.client_id);
    if (file) {
      form.set("file", new Blob([file.bytes], { type: "image/jpeg" }), `${item.client_id}.jpg`);
    }
    return form;
  }

  // What the record says of a text, in the words of `verify`; null where no answer came.
  async look(text) {
    try {
      await (this.token ? null : this.hello());
      const answer = await this.ask(`${this.api}look/`, JSON.stringify({ text }));
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }
}

function part(item, names) {
  return Object.fromEntries(names.map((name) => [name, item[name] ?? null]));
}

function answered(item, answer) {
  if (!answer) {
    return item;
  }
  const { status, message, elsewhere = null } = answer;
  return status === "refused" ? { ...item, state: "refused", message } : { ...item, state: "sent", message: "", elsewhere };
}
