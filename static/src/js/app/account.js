// Whose device this is at the moment, and what happens to the work on it when somebody signs in or out. Every page runs this.
//
// The account stands in a database of the device from the first answer of the server until somebody signs in or out; the apps
// show nothing of anybody while it is not known. Not in localStorage: browsers write that down seconds later, and one that is
// killed before would not open without a signal. Work is kept in databases per account, one for each app.

import { isUnsent } from "./unsent.js";

const NAMES = ["one-licence-field-", "one-licence-scans-"];
const DEVICE = "one-licence-device";
const CHANNEL = "one-licence-account";
let channel = null; // a page hears what others announce, not itself

export async function known() {
  return (await inDevice("readonly", (facts) => facts.get("account")).catch(() => undefined)) ?? null;
}

export async function remember(account) {
  await inDevice("readwrite", (facts) => facts.put(account, "account"));
  announce();
}

// A device that keeps nothing has nothing to forget.
export async function forget() {
  await inDevice("readwrite", (facts) => facts.delete("account")).catch(() => undefined);
  announce();
}

// Somebody signed in or out in another tab of this browser.
export function onChange(hear) {
  channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", hear);
}

function announce() {
  const voice = channel ?? new BroadcastChannel(CHANNEL);
  voice.postMessage("changed");
  if (voice !== channel) {
    voice.close();
  }
}

// One transaction on what the device knows; its result once it is complete, and so outlives a killed browser.
async function inDevice(mode, work) {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open(DEVICE);
    request.onupgradeneeded = () => request.result.createObjectStore("facts");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("facts", mode, { durability: "strict" });
      const request = work(transaction.objectStore("facts"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

// The database of a name; null where there is none (opening makes none), or none can be read.
function existing(name) {
  return new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      resolve(null);
    };
  });
}

// How many entries of the account wait on this device to be sent.
export async function countUnsent(id) {
  const counts = await Promise.all(NAMES.map((name) => countIn(name + id)));
  return counts.reduce((sum, count) => sum + count);
}

async function countIn(name) {
  const database = await existing(name);
  if (!database) {
    return 0;
  }
  return new Promise((resolve) => {
    const request = database.transaction("items").objectStore("items").getAll();
    request.onerror = () => resolve(0);
    request.onsuccess = () => {
      database.close();
      resolve(request.result.filter(isUnsent).length);
    };
  });
}

// Where the licence that an account shows is kept for the minutes in which its code holds.
export function shownBy(id) {
  return `one-licence-shown-${id}`;
}

// What was taken along leaves the device with whoever signs out: nothing of it is unsent then.
export function clear(id) {
  localStorage.removeItem(shownBy(id));
  return Promise.all(NAMES.map((name) => new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name + id);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  })));
}

// Signing in: until the server has said who it is, the apps do not know. Signing out: stopped while work is unsent.
export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("indexedDB" in window) || form.dataset.isForgotten) {
      return;
    }
    if (form.querySelector("[type=password], [name=password]")) {
      event.preventDefault();
      enter(form, event.submitter);
    } else if (form.dataset.signOut) {
      event.preventDefault();
      leave(form);
    }
  });
}

async function enter(form, submitter) {
  await forget();
  form.dataset.isForgotten = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.isForgotten; // whoever comes back to this page tries again
}

async function leave(form) {
  const count = await countUnsent(form.dataset.signOut);
  if (count) {
    stop(count);
    return;
  }
  await clear(form.dataset.signOut);
  await forget();
  form.submit();
}

// The words stand in a template of the page's frame, with {n}.
function stop(count) {
  document.getElementById("sign-out-stopped")?.remove();
  const box = document.querySelector("template[data-sign-out-stopped]").content.firstElementChild.cloneNode(true);
  box.id = "sign-out-stopped";
  const words = box.querySelector(".ol-notice__title");
  words.textContent = words.textContent.replace("{n}", count);
  document.getElementById("main").prepend(box);
  box.focus();
}
