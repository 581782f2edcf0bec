// One visit: where, with whom, how far; its checklist; the way to the signatures.

import { filledIn, meant, tag, today, when, words } from "../app/dom.js";
import { gone, isDone } from "./closed.js";
import { ending } from "./ending.js";
import { pointsOf, progress, signatures } from "./standing.js";

export async function visit(app, items, key) {
  const here = items.filter((item) => item.visit === key);
  const bundle = await app.store.get("visits", key);
  if (!bundle || here.some(isDone)) {
    return gone(here);
  }
  const points = pointsOf(bundle, here);
  const { done, all } = progress(points);
  const own = points.filter((point) => point.mine);
  const others = points.filter((point) => !point.mine);
  const disputed = points.filter((point) => point.isToSettle);
  const node = filledIn("screen-visit", {
    hour: when(bundle.starts_at, "moment"),
    again: bundle.again,
    name: bundle.enterprise,
    number: bundle.number,
    place: bundle.place,
    phone: bundle.phone,
    asOf: words("as_of", { at: when(bundle.as_of, "moment") }),
    early: isEarly(bundle) ? words("early", { day: when(bundle.starts_at, "day") }) : "",
    disputed: disputed.length ? words("settle_first", { n: disputed.length }) : "",
    progress: words("progress", { done, all }),
    points: own.map((point, place) => rowOf(bundle, point, place + 1)),
    others: others.length > 0,
    otherPoints: others.map((point, place) => rowOf(bundle, point, place + 1)),
    matters: bundle.matters.map((matter) => line(meant(bundle, matter.name), " · ", meant(bundle, matter.body_name))),
    officers: bundle.officers.map((one) => line(one.name, " · ", meant(bundle, one.body_name))),
    signed: signedWords(bundle, here),
    ended: endWords(bundle, here),
  });
  const bar = node.querySelector("progress");
  bar.max = all || 1;
  bar.value = done;
  node.querySelector("[data-sign]").href = `#/sign/${key}`;
  for (const link of node.querySelectorAll("[data-phone]")) {
    link.href = `tel:${bundle.phone}`;
  }
  node.querySelector("[data-close]").href = `#/close/${key}`;
  return { node, title: bundle.enterprise, back: "#/" };
}

// Before its day nothing is entered on a visit.
export function isEarly(bundle) {
  return bundle.starts_at.slice(0, 10) > today();
}

function rowOf(bundle, point, number) {
  const row = filledIn("part-row", {
    number: String(number),
    text: meant(bundle, point.text),
    state: point.isDisputed ? tag("disputed") : tag(point.finding || "open"),
    unsent: point.refused.length ? tag("refused") : point.unsent ? tag("waiting") : "",
    photos: point.photos.length ? words("photos", { n: point.photos.length }) : "",
  });
  row.querySelector("a").href = `#/point/${bundle.key}/${encodeURIComponent(point.id)}`;
  return row;
}

function line(...parts) {
  const made = document.createElement("li");
  made.append(...parts.flat());
  return made;
}

function signedWords(bundle, items) {
  const { business, me } = signatures(bundle, items);
  return words("signed_state", { business: words(business ? "yes_signed" : "not_signed"), me: words(me ? "yes_signed" : "not_signed") });
}

// How far it is from being closed.
function endWords(bundle, items) {
  const { wish, open, mayClose } = ending(bundle, items);
  if (wish) {
    return words("turn_wished");
  }
  return mayClose ? words("may_close") : words(open ? "still_open" : "not_signed_yet", { n: open });
}
