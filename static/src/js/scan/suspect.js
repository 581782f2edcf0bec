// A code that was refused, or a paper in another's shop: what the inspector saw, for the service office. There is no department
// to hand it to. Kept on the device with its photograph until there is a signal.

import { filledIn, words } from "../app/dom.js";
import { say } from "../app/frame.js";
import { compressed } from "../app/pictures.js";

const REFUSED = ["forged", "unknown"];

// Why it can be reported: the verdict that refused it, or a holder who is not the one in the shop; null before there is a verdict,
// and where nobody is signed in or nobody has said what the scans are for.
export function groundOf(app, shown) {
  const isOpen = words("reasons_to_ask_online").split(" ").includes(shown.reason);
  if (!app.store || !app.purpose || isOpen) {
    return null;
  }
  return REFUSED.includes(shown.verdict) ? shown.verdict : "mismatch";
}

export async function suspect(app) {
  const { scan } = app;
  const shown = scan?.live ?? scan?.verdict;
  const ground = scan && groundOf(app, shown);
  if (!ground) {
    return app.nothing();
  }
  const holder = shown.number ? shown.holder.name : "";
  const reason = shown.reason ? words(`reason_${shown.reason}`) : "";
  const node = filledIn("screen-suspect", { ground: words(`ground_${ground}`), reason: ground === "mismatch" ? holder : reason });
  const form = node.querySelector("form");
  form.addEventListener("input", (event) => {
    node.querySelectorAll(`[data-error=${event.target.name}]`).forEach((error) => { error.hidden = true; });
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [where, what] = ["where", "what"].map((name) => form.elements.namedItem(name).value.trim());
    node.querySelector("[data-error=where]").hidden = Boolean(where);
    node.querySelector("[data-error=what]").hidden = Boolean(what);
    const picture = await pictureOf(form, node);
    if (where && what && picture !== undefined && (await kept(app, scan, { ground, where, what, reason: shown.reason }, picture))) {
      say(words("suspected"));
      location.hash = "#/log";
    } else {
      node.querySelector("[data-error]:not([hidden])")?.parentElement.querySelector("input, textarea")?.focus();
    }
  });
  return { node, title: words("suspect"), back: "#/verdict" };
}

// The bytes of the chosen photograph; null where there is none, undefined where the file is no picture.
async function pictureOf(form, node) {
  const [file] = form.elements.namedItem("photo").files;
  try {
    return file ? (await compressed(file)).bytes : null;
  } catch {
    node.querySelector("[data-error=photo]").hidden = false;
    return undefined;
  }
}

// The scan goes into the log first: a number that nobody knows is not noted by itself.
async function kept(app, scan, said, picture) {
  await app.note(scan, scan.live ?? scan.verdict);
  if (!scan.id) {
    return false;
  }
  const item = { client_id: crypto.randomUUID(), kind: "suspicion", scan: scan.id, made_at: new Date().toISOString(), ...said };
  return app.keep({ ...item, hasPhoto: Boolean(picture) }, picture);
}
