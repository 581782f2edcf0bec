// What a device keeps of one account's scanning: scans and referrals until they are sent and a while longer. IndexedDB.
//
// An item: {client_id, kind: scan|referral|suspicion, made_at, state, message, …}; its states: waiting (not sent), sent, refused (with the
// server's words), dropped (refused, and the officer does not want it sent again).

import { Database, open as opened } from "../app/database.js";
import { isUnsent } from "../app/unsent.js";

const VERSION = 2;
const KEPT = 7 * 24 * 3600 * 1000;

// The store of an account; opened once.
export function open(account) {
  return opened(Store, `one-licence-scans-${account}`, VERSION, (database, before) => {
    if (before < 1) {
      database.createObjectStore("items", { keyPath: "client_id" });
      database.createObjectStore("facts", { keyPath: "name" });
    }
    database.createObjectStore("files", { keyPath: "client_id" });
  });
}

class Store extends Database {
  // A new item, with the bytes of its photograph.
  save(item, bytes = null) {
    return this.write(["items", "files"], (store) => {
      store("items").put(item);
      if (bytes) {
        store("files").put({ client_id: item.client_id, bytes });
      }
    });
  }

  // Items after the server's answer. The bytes of what has arrived are given up: they would fill the device.
  settle(items) {
    return this.write(["items", "files"], (store) => {
      for (const item of items) {
        store("items").put(item);
        if (!isUnsent(item)) {
          store("files").delete(item.client_id);
        }
      }
    });
  }

  // What has been sent longer ago than a week leaves the device.
  async tidy() {
    const old = (await this.all("items")).filter((item) => !isUnsent(item) && Date.now() - Date.parse(item.made_at) > KEPT);
    await this.write(["items"], (store) => old.forEach((item) => store("items").delete(item.client_id)));
  }
}
