// The first screen: the visits by day, as they were taken along.

import { filledIn, meant, today, when, words } from "../app/dom.js";
import { unsent } from "../app/unsent.js";
import { isDone } from "./closed.js";
import { byDay, pointsOf, progress } from "./standing.js";

export async function days(app, items) {
  const visits = await app.store.all("visits");
  const asOf = visits.map((visit) => visit.as_of).sort().at(0);
  const node = filledIn("screen-days", {
    who: app.account.name,
    asOf: asOf ? words("as_of", { at: when(asOf, "moment") }) : "",
    closed: items.filter((item) => isDone(item) && isNews(item)).map((item) => closedOf(app, item)),
    none: !visits.length,
    mayBeLost: !app.persists,
    days: byDay(visits).map(([day, ofDay]) => dayOf(day, ofDay, items)),
  });
  return { node, title: words("visits") };
}

// What was closed is told for the day; that a colleague did it, until somebody has read it.
function isNews(item) {
  return item.state === "conflict" || when(item.sent_at, "day") === when(new Date(), "day");
}

function closedOf(app, item) {
  const isOther = item.state === "conflict";
  const made = filledIn("part-closed", { name: item.enterprise, message: item.message, other: isOther, read: isOther });
  made.querySelector("[data-online]").href = item.page;
  made.querySelector("[data-read]")?.addEventListener("click", async () => {
    await app.store.settle([{ ...item, state: "dropped" }]);
    await app.show(true);
  });
  return made;
}

function dayOf(day, visits, items) {
  const name = when(visits[0].starts_at, "day");
  return filledIn("part-day", {
    day: day === today() ? words("today", { day: name }) : name,
    visits: visits.map((visit) => cardOf(visit, items.filter((item) => item.visit === visit.key))),
  });
}

function cardOf(visit, items) {
  const { done, all } = progress(pointsOf(visit, items));
  const waiting = unsent(items);
  const card = filledIn("part-card", {
    hour: when(visit.starts_at, "hour"),
    again: visit.again,
    name: visit.enterprise,
    place: visit.place,
    matters: visit.matters.flatMap((matter, place) => [place ? "、" : "", ...meant(visit, matter.name)]),
    progress: words("progress", { done, all }),
    unsent: waiting ? words("unsent", { n: waiting }) : "",
    disputed: visit.disputed.length ? words("disputed", { n: visit.disputed.length }) : "",
  });
  card.querySelector("a").href = `#/visit/${visit.key}`;
  return card;
}
