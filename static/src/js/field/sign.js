// Signatures on the screen: the business with its statement, and the officer. Drawn, or by the typed name alone.

import { filledIn, tag, words } from "../app/dom.js";
import { Pad } from "./signature.js";
import { pointsOf, progress, signatures } from "./standing.js";
import { isEarly } from "./visit.js";

export async function sign(app, items, key) {
  const bundle = await app.store.get("visits", key);
  if (!bundle) {
    return { node: filledIn("screen-gone"), title: words("gone"), back: "#/" };
  }
  const here = items.filter((item) => item.visit === key);
  const signed = signatures(bundle, here);
  const { done, all } = progress(pointsOf(bundle, here));
  const mayEnter = !isEarly(bundle);
  const node = filledIn("screen-sign", {
    name: bundle.enterprise,
    open: done < all ? words("still_open", { n: all - done }) : "",
    business: stateOf(signed.business),
    me: stateOf(signed.me),
    missing: signed.missing.length ? words("others_sign", { names: signed.missing.map((one) => one.name).join("、") }) : "",
    businessForm: mayEnter && !signed.business,
    ownForm: mayEnter && !signed.me,
  });
  const screen = { node, title: words("signatures"), back: `#/visit/${key}`, isBusy: () => node.dataset.busy === "yes" };
  screen.ready = () => {
    for (const form of node.querySelectorAll("form")) {
      bind(app, node, form, key);
    }
  };
  return screen;
}

function stateOf(signature) {
  if (!signature) {
    return tag("unsigned");
  }
  return tag(signature.declined ? "declined" : signature.state === "waiting" ? "signed-waiting" : "signed");
}

// A form with a pad; for the business with name, statement, and the way to decline.
function bind(app, node, form, visit) {
  const pad = new Pad(form.querySelector("canvas"), form.querySelector("[data-clear]"));
  const touched = () => { node.dataset.busy = "yes"; };
  form.addEventListener("input", touched);
  form.addEventListener("pointerdown", touched);
  const declined = form.elements.declined;
  const reason = form.querySelector("[data-reason]");
  declined?.addEventListener("change", () => { reason.hidden = !declined.checked; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const at = new Date().toISOString();
    const said = form.dataset.who === "business" ? readBusiness(form) : { who: "me" };
    if (!said) {
      return;
    }
    const bytes = said.declined ? null : await pad.bytes();
    if (await app.save({ kind: "signature", visit, signed_at: at, made_at: at, ...said }, bytes)) {
      node.dataset.busy = "";
      await app.show(true);
    }
  });
}

// What the business says, or null with what is wanting said at its field.
function readBusiness(form) {
  const text = (name) => form.elements[name].value.trim();
  const declined = form.elements.declined.checked;
  const wanting = { name: !declined && !text("name"), reason: declined && !text("reason") };
  for (const error of form.querySelectorAll("[data-error]")) {
    error.hidden = !wanting[error.dataset.error];
  }
  const first = Object.keys(wanting).find((name) => wanting[name]);
  if (first) {
    form.elements[first].focus();
    return null;
  }
  return { who: "business", name: text("name"), statement: text("statement"), declined, reason: declined ? text("reason") : "" };
}
