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

// Keeps the app for times without a signal; `changed` is called when a new version has come. Null where a browser cannot.
export async function register(changed) {
  const container = navigator.serviceWorker;
  if (!container) {
    return null;
  }
  const { worker, scope } = document.body.dataset;
  const hadOne = Boolean(container.controller);
  container.addEventListener("controllerchange", () => hadOne && location.reload());
  const registration = await container.register(worker, { scope });
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", changed));
  return registration;
}

// A new version waits for the person, and while something is unsent for that.
export function offerUpdate(registration, isHeld) {
  const isWaiting = Boolean(registration?.waiting);
  notice("update-later", isWaiting && isHeld);
  notice("update", isWaiting && !isHeld);
  const button = document.querySelector("[data-update]");
  button?.addEventListener("click", () => registration.waiting.postMessage("update"), { once: true });
}
