// What a device keeps of one account: visits taken along, entries, the files that belong to them, drafts. IndexedDB.
//
// Each account has a database of its own, so that nobody sees or sends what another has entered on the same device.

import { Database, open as opened } from "../app/database.js";

const VERSION = 1;

// The store of an account; opened once.
export function open(account) {
  return opened(Store, `one-licence-field-${account}`, VERSION, (database) => {
    database.createObjectStore("visits", { keyPath: "key" });
    database.createObjectStore("items", { keyPath: "client_id" }).createIndex("visit", "visit");
    database.createObjectStore("files", { keyPath: "client_id" });
    database.createObjectStore("facts", { keyPath: "name" });
  });
}

class Store extends Database {
  // A new entry, with the bytes that belong to it.
  save(item, bytes = null) {
    return this.write(["items", "files", "facts"], (store) => {
      store("items").put(item);
      if (bytes) {
        store("files").put({ client_id: item.client_id, bytes });
      }
      if (item.kind === "finding") {
        store("facts").delete(draftOf(item.visit, item.point));
      }
    });
  }

  // Items after the server's answer. The bytes of what has arrived are given up: they would fill the device.
  settle(items) {
    return this.write(["items", "files"], (store) => {
      for (const item of items) {
        store("items").put(item);
        if (item.state === "sent" || item.state === "dropped") {
          store("files").delete(item.client_id);
        }
      }
    });
  }

  // A photograph that was not sent is taken back.
  remove(id) {
    return this.write(["items", "files"], (store) => {
      store("items").delete(id);
      store("files").delete(id);
    });
  }

  // The visits as the server has them now. Those that are no longer among the officer's stay while something of them is unsent.
  takeAlong(bundles, kept, at) {
    const wanted = new Set([...bundles.map((one) => one.key), ...kept]);
    return this.all("visits").then((known) =>
      this.write(["visits"], (store) => {
        for (const visit of known.filter((one) => !wanted.has(one.key))) {
          store("visits").delete(visit.key);
        }
        for (const bundle of bundles) {
          store("visits").put({ ...bundle, as_of: at });
        }
      }),
    );
  }
}

// Where the words that somebody is typing on a point are kept until they are saved.
export function draftOf(visit, point) {
  return `draft ${visit} ${point}`;
}
