// Whose device this is at the moment, and what happens to the work on it when somebody signs in or out. Every page runs this.
//
// The account stands in localStorage from the first answer of the server until somebody signs in or out; the field app shows
// nothing while it is not known. Work is kept in a database per account (store.js).

import { isUnsent } from "./unsent.js";

export const KEY = "field-account";
const NAME = "one-licence-field-";

export function known() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

export function remember(account) {
  localStorage.setItem(KEY, JSON.stringify(account));
}

export function forget() {
  localStorage.removeItem(KEY);
}

// The database of an account; null where there is none (opening makes none), or none can be read.
function existing(id) {
  return new Promise((resolve) => {
    const request = indexedDB.open(NAME + id);
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
  const database = await existing(id);
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

// The visits that were taken along leave the device with whoever signs out: nothing of them is unsent then.
export function clear(id) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME + id);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

// Signing in: until the server has said who it is, the field app does not know. Signing out: stopped while work is unsent.
export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.querySelector("[type=password]")) {
      forget();
    } else if (form.dataset.signOut && "indexedDB" in window) {
      event.preventDefault();
      leave(form);
    }
  });
}

async function leave(form) {
  const count = await countUnsent(form.dataset.signOut);
  if (count) {
    stop(count);
    return;
  }
  await clear(form.dataset.signOut);
  forget();
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
