// A database on the device (IndexedDB). A promise of `write` is kept only when its transaction is complete: what is then
// called saved outlives a killed browser.

const STRICT = { durability: "strict" };

export class FullDisk extends Error {}

// The database of a name, as an instance of `Kind`; `make(database, before)` makes its stores where it has an older version.
export async function open(Kind, name, version, make) {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = (event) => make(request.result, event.oldVersion);
  return new Kind(await done(request));
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

export class Database {
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

  // Facts by their name, in the store "facts".
  async fact(name) {
    return (await this.get("facts", name))?.value;
  }

  remember(name, value) {
    return this.write(["facts"], (store) => store("facts").put({ name, value }));
  }
}
