// What stands: joins what a device keeps (items) with what the server says of a visit (its bundle). Pure: no page, no clock.
//
// An item is one saved entry: {client_id, kind: finding|photo|signature|settlement|closing, visit, point, made_at, state,
// message, …}.
// Its states: waiting (not sent), sent, conflict (the server keeps it, a colleague found otherwise), refused (with the
// server's words), dropped (refused, and the officer does not want it sent again).

import { unsent } from "../app/unsent.js";

const ORDER = { finding: 0, photo: 1, settlement: 2, signature: 3, closing: 4 };

const byTime = (a, b) => moment(a) - moment(b) || (a.client_id < b.client_id ? -1 : 1);
const moment = (item) => Date.parse(item.made_at ?? item.signed_at ?? item.taken_at);

// What to send of a visit, in order: photographs and signatures follow the findings to which they belong, closing comes last.
export function toSend(items) {
  const waiting = items.filter((item) => item.state === "waiting");
  return waiting.sort((a, b) => ORDER[a.kind] - ORDER[b.kind] || byTime(a, b));
}

// The item after the server's answer. A finding in conflict over a disputed point is kept there, and a visit in conflict was
// closed by a colleague; any other conflict means that the id belongs to something else, so that this item is not there. A
// closing that is incomplete waits for colleagues.
export function answered(item, answer, disputed, at) {
  const { status, message } = answer;
  if (status === "accepted" || status === "duplicate") {
    return { ...item, state: "sent", message: item.kind === "closing" ? message : "", sent_at: at };
  }
  if (status === "incomplete") {
    return { ...item, message };
  }
  const isOther = item.kind === "closing" || (item.kind === "finding" && disputed.includes(item.point));
  const kept = status === "conflict" && isOther;
  return kept ? { ...item, state: "conflict", message, sent_at: at } : { ...item, state: "refused", message };
}

// The item after a refusal of the whole request; the words are the server's.
export function refused(item, message) {
  return { ...item, state: "refused", message };
}

// The checklist as a screen shows it: for each point what counts, whose, and what of it has not been sent.
export function pointsOf(bundle, items) {
  return bundle.points.map((point) => standingOf(point, bundle, items));
}

function standingOf(point, bundle, items) {
  const here = items.filter((item) => item.point === point.id && item.state !== "dropped");
  const known = new Set(bundle.entries.map((entry) => entry.client_id));
  const own = here.filter((item) => item.kind === "finding" && item.state !== "refused" && !known.has(item.client_id));
  const settling = here.find((item) => item.kind === "settlement" && item.state === "waiting");
  const theirs = bundle.entries.filter((entry) => entry.point === point.id && entry.counts);
  const newest = own.sort(byTime).at(-1);
  const latestOfMine = bundle.entries.filter((entry) => entry.point === point.id && entry.officer === bundle.me);
  const mine = newest ?? latestOfMine.sort(byTime).at(-1);
  const others = theirs.filter((entry) => entry.officer !== bundle.me);
  const counting = newest ? [...others, newest] : theirs;
  const findings = new Set(counting.map((entry) => entry.finding));
  const agreed = findings.size === 1 ? [...findings][0] : "";
  return {
    ...point,
    mineNow: mine ? { finding: mine.finding, note: mine.note, made_at: mine.made_at } : null,
    others,
    counting,
    finding: settling ? settling.finding : agreed,
    isDisputed: findings.size > 1 && !settling,
    isToSettle: point.is_disputed && !settling && point.mine,
    unsent: unsent(here),
    refused: here.filter((item) => item.state === "refused"),
    photos: photosOf(point.id, bundle, here),
  };
}

// Photographs of a point: those on the server (the business's own among them), and those only here.
function photosOf(id, bundle, here) {
  const there = bundle.photos.filter((photo) => photo.point === id);
  const known = new Set(there.map((photo) => photo.client_id));
  const only = here.filter((item) => item.kind === "photo" && !known.has(item.client_id));
  return [...there.map((photo) => ({ ...photo, state: "sent" })), ...only];
}

// How far the officer's own part of the checklist is: points found of points asked.
export function progress(points) {
  const own = points.filter((point) => point.mine);
  return { done: own.filter((point) => point.counting.length).length, all: own.length };
}

// The next own point without a finding, after the one of this id, round the list; null where all are found.
export function nextOpen(points, id) {
  const own = points.filter((point) => point.mine);
  const place = own.findIndex((point) => point.id === id) + 1;
  return [...own.slice(place), ...own.slice(0, place)].find((one) => !one.counting.length && one.id !== id) ?? null;
}

// Who has signed: `business` and `me` are the signature that stands, or null. What was found after a signature undoes it.
export function signatures(bundle, items) {
  const found = items.filter((item) => ["finding", "settlement"].includes(item.kind) && item.state === "waiting");
  const last = Math.max(0, ...found.map(moment));
  const known = new Set(bundle.signatures.map((one) => one.client_id));
  const local = items.filter(
    (item) => item.kind === "signature" && ["waiting", "sent"].includes(item.state) && !known.has(item.client_id),
  );
  const there = bundle.signatures.filter((one) => one.counts);
  const stands = (one) => Boolean(one) && moment(one) >= last;
  const newest = (who, officer) => {
    const mine = [...there.filter((one) => one.officer === officer), ...local.filter((one) => one.who === who)];
    const standing = mine.sort(byTime).at(-1);
    return stands(standing) ? standing : null;
  };
  const missing = bundle.officers.filter(
    (one) => one.id !== bundle.me && (bundle.unsigned.includes(one.id) || last > 0),
  );
  return { business: newest("business", null), me: newest("me", bundle.me), missing };
}

// The visits by day, each day with its visits in the order of their hours.
export function byDay(visits) {
  const days = new Map();
  for (const visit of [...visits].sort((a, b) => (a.starts_at < b.starts_at ? -1 : 1))) {
    const day = visit.starts_at.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), visit]);
  }
  return [...days];
}
