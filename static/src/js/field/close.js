// Closing a visit: what each matter and each signature lacks, in words; and the wish to close it, which may wait for a signal.

import { filledIn, meant, slot, tag, when, words } from "../app/dom.js";
import { gone, isDone } from "./closed.js";
import { ending } from "./ending.js";
import { isEarly } from "./visit.js";

export async function close(app, items, key) {
  const here = items.filter((item) => item.visit === key);
  const bundle = await app.store.get("visits", key);
  if (!bundle || here.some(isDone)) {
    return gone(here);
  }
  const end = ending(bundle, here);
  const { business, me, missing } = end.signed;
  const node = filledIn("screen-close", {
    name: bundle.enterprise,
    turn: turnOf(end),
    stuck: end.isStuck,
    matters: end.matters.map((matter) => rowOf(bundle, matter)),
    business: tag(business ? (business.declined ? "declined" : "signed") : "unsigned"),
    me: tag(me ? "signed" : "unsigned"),
    missing: missing.length ? words("others_sign", { names: missing.map((one) => one.name).join("、") }) : "",
    sign: !business || !me,
    wish: end.wish ? wishOf(end.wish) : "",
    form: end.mayClose && !isEarly(bundle),
  });
  for (const link of node.querySelectorAll("[data-sign]")) {
    link.href = `#/sign/${key}`;
  }
  const screen = { node, title: words("closing"), back: `#/visit/${key}`, isBusy: () => node.dataset.busy === "yes" };
  node.querySelector("[data-withdraw]")?.addEventListener("click", async () => {
    await app.store.remove(end.wish.client_id);
    await app.show(true);
  });
  bind(app, node, bundle, end);
  return screen;
}

// Whose turn it is.
function turnOf(end) {
  if (end.wish) {
    return words(end.wish.state === "refused" ? "turn_refused" : "turn_wished");
  }
  const isTheirs = end.open > 0 || end.signed.missing.length > 0;
  return words(end.mayClose ? (isTheirs ? "turn_early" : "turn_close") : "turn_mine");
}

function rowOf(bundle, matter) {
  const row = filledIn("part-matter", {
    name: meant(bundle, matter.name),
    body: meant(bundle, matter.body_name),
    state: tag(matter.finding || "open"),
    lacks: matter.lacking.length ? words(matter.mine ? "lacks" : "lacks_theirs", { n: matter.lacking.length }) : "",
    points: matter.lacking.map((point) => linkTo(bundle, point)),
  });
  return row;
}

function linkTo(bundle, point) {
  const made = document.createElement("li");
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = `#/point/${bundle.key}/${encodeURIComponent(point.id)}`;
  link.append(...meant(bundle, point.text));
  made.append(link, point.isDisputed ? words("lacks_agreement") : "");
  return made;
}

function wishOf(wish) {
  const told = filledIn("part-wish", {
    at: words("wished", { at: when(wish.made_at, "moment") }),
    message: wish.message,
  });
  return told;
}

function bind(app, node, bundle, end) {
  const form = node.querySelector("form[data-close]");
  if (!form) {
    return;
  }
  slot(form, "period").hidden = !end.isWanting;
  const { days } = form.elements;
  days.value = bundle.usual_days;
  form.addEventListener("input", () => { node.dataset.busy = "yes"; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = Number(days.value);
    const isWrong = end.isWanting && !(Number.isInteger(said) && said >= 1 && said <= Number(days.max));
    form.querySelector("[data-error=days]").hidden = !isWrong;
    if (isWrong) {
      days.focus();
      return;
    }
    const isOwn = end.isWanting && said !== bundle.usual_days; // else the usual number of the day on which it is closed
    const { key: visit, enterprise, page } = bundle;
    const wish = { kind: "closing", visit, enterprise, page, made_at: new Date().toISOString(), days: isOwn ? said : 0 };
    if (await app.save(wish)) {
      node.dataset.busy = "";
      await app.show(true);
    }
  });
}
