// What a device keeps of one account's scanning: scans and referrals until they are sent and a while longer. IndexedDB.
//
// An item: {client_id, kind: scan|referral, made_at, state, message, …}; its states: waiting (not sent), sent, refused (with the
// server's words), dropped (refused, and the officer does not want it sent again).

import { Database, open as opened } from "../app/database.js";
import { isUnsent } from "../app/unsent.js";

const VERSION = 1;
const KEPT = 7 * 24 * 3600 * 1000;

// The store of an account; opened once.
export function open(account) {
  return opened(Store, `one-licence-scans-${account}`, VERSION, (database) => {
    database.createObjectStore("items", { keyPath: "client_id" });
    database.createObjectStore("facts", { keyPath: "name" });
  });
}

class Store extends Database {
  // New items, or items after the server's answer.
  settle(items) {
    return this.write(["items"], (store) => items.forEach((item) => store("items").put(item)));
  }

  // What has been sent longer ago than a week leaves the device.
  async tidy() {
    const old = (await this.all("items")).filter((item) => !isUnsent(item) && Date.now() - Date.parse(item.made_at) > KEPT);
    await this.write(["items"], (store) => old.forEach((item) => store("items").delete(item.client_id)));
  }
}
