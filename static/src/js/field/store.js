// What a device keeps of one account: visits taken along, entries, the files that belong to them, drafts. IndexedDB.
//
// Each account has a database of its own, so that nobody sees or sends what another has entered on the same device.
// A promise of `put` is kept only when its transaction is complete: what is then called saved outlives a killed browser.

const VERSION = 1;
const STRICT = { durability: "strict" };

export class FullDisk extends Error {}

// The store of an account; opened once.
export async function open(account) {
  const request = indexedDB.open(`one-licence-field-${account}`, VERSION);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore("visits", { keyPath: "key" });
    database.createObjectStore("items", { keyPath: "client_id" }).createIndex("visit", "visit");
    database.createObjectStore("files", { keyPath: "client_id" });
    database.createObjectStore("facts", { keyPath: "name" });
  };
  return new Store(await done(request));
}

// A request's result.
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(said(request.error));
    request.onblocked = () => reject(new Error("blocked"));
  });
}

function said(error) {
  return error?.name === "QuotaExceededError" ? new FullDisk(error.message) : error;
}

class Store {
  constructor(database) {
    this.database = database;
    // Another tab with a newer version asks this one to let go.
    database.onversionchange = () => database.close();
  }

  // One transaction; kept when it is complete, and undone as a whole where anything in it fails.
  write(names, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(names, "readwrite", STRICT);
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(said(transaction.error));
      transaction.onerror = () => reject(said(transaction.error));
      try {
        work((name) => transaction.objectStore(name));
      } catch (error) {
        reject(said(error));
        transaction.abort();
      }
    });
  }

  all(name) {
    return done(this.database.transaction(name).objectStore(name).getAll());
  }

  get(name, key) {
    return done(this.database.transaction(name).objectStore(name).get(key));
  }

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

  async fact(name) {
    return (await this.get("facts", name))?.value;
  }

  remember(name, value) {
    return this.write(["facts"], (store) => store("facts").put({ name, value }));
  }
}

// Where the words that somebody is typing on a point are kept until they are saved.
export function draftOf(visit, point) {
  return `draft ${visit} ${point}`;
}
