// What every app's page has around its screens: notices above, a line that tells what has just happened, the service worker.

import { filledIn } from "./dom.js";

const TOLD = 5000;
let silence = 0;

// A notice of the page's templates, shown once or taken away.
export function notice(name, isShown) {
  const notices = document.getElementById("notices");
  const there = notices.querySelector(`[data-notice="${name}"]`);
  if (isShown && !there) {
    const made = filledIn(`notice-${name}`);
    made.dataset.notice = name;
    notices.append(made);
  } else if (!isShown) {
    there?.remove();
  }
}

// What has just happened; it stays long enough to be read.
export function say(text) {
  const told = document.getElementById("told");
  told.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { told.textContent = ""; }, TOLD);
}

let isAsked = false; // somebody on this page wants the new version
let isOld = false; // another page has taken it, and this one goes on with what it has

// Keeps the app for times without a signal. `changed(registration)` is called at once and when a new version has come;
// `isHeld()` is asked, with or without a promise, before it is taken. The page reloads only where somebody asked for it here:
// what is half written on another page stays. Null where a browser cannot.
export async function register(changed, isHeld = () => false) {
  const container = navigator.serviceWorker;
  if (!container) {
    return null;
  }
  const { worker, scope } = document.body.dataset;
  const hadOne = Boolean(container.controller);
  const registration = await container.register(worker, { scope });
  container.addEventListener("controllerchange", () => {
    if (isAsked) {
      location.reload();
    } else if (hadOne) {
      isOld = true;
      changed(registration);
    }
  });
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", () => changed(registration));
  });
  // An app that stays open for days asks when somebody comes back to it.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      registration.update().catch(() => undefined);
    }
  });
  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-update]")) {
      await ((await isHeld()) ? changed(registration) : take(registration));
    }
  });
  changed(registration);
  return registration;
}

function take(registration) {
  isAsked = true;
  if (registration.waiting) {
    registration.waiting.postMessage("update");
  } else {
    location.reload();
  }
}

// A new version waits for the person, and while something is unsent for that.
export function offerUpdate(registration, isHeld) {
  const isThere = isOld || Boolean(registration?.waiting);
  notice("update-later", isThere && isHeld);
  notice("update", isThere && !isHeld);
}
