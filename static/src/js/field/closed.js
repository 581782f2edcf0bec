// Visits that are no longer on the device: closed from here, or by a colleague before.

import { filledIn, words } from "../app/dom.js";

// Whether the visit was closed: as this device asked, or by a colleague before.
export function isDone(item) {
  return item.kind === "closing" && ["sent", "conflict"].includes(item.state);
}

// The screen of a visit that is over, with what the officer's own entries say of it: closed, with its papers; or nothing.
export function gone(items) {
  const done = items.find(isDone);
  if (!done) {
    return { node: filledIn("screen-gone"), title: words("gone"), back: "#/" };
  }
  const node = filledIn("screen-closed", { name: done.enterprise, message: done.message, other: done.state === "conflict" });
  node.querySelector("[data-online]").href = done.page;
  return { node, title: words("closing"), back: "#/" };
}
