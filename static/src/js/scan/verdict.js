// The screen of a verdict: big, in words, colour and icon; whose licence it is, to compare with the shop; each permit by itself.

import { filledIn, tag, when, words } from "../app/dom.js";
import { elsewhereWords } from "./log.js";
import { groundOf } from "./suspect.js";

export async function verdict(app) {
  const { scan } = app;
  if (!scan) {
    return app.nothing();
  }
  const shown = scan.live ?? scan.verdict;
  const ground = groundOf(app, shown);
  const isOpen = scan.way === "typed" && !scan.live;
  const name = words("reasons_to_ask_online").split(" ").includes(shown.reason) ? "ask_online" : "";
  const node = filledIn("screen-verdict", {
    icon: filledIn(`icon-${shown.verdict}`),
    title: isOpen ? words(scan.isAsking ? "asking" : "only_online") : words(name || `answer_${shown.verdict}`),
    text: isOpen ? "" : words(`explained_${name || shown.verdict}`),
    reason: shown.reason && !isOpen ? words("because", { reason: words(`reason_${shown.reason}`) }) : "",
    asOf: asOf(scan, shown),
    proved: shown.signature === "valid",
    // A list that is too old is told above every screen.
    warnings: shown.warnings.filter((name) => name !== "list_stale").map((name) => warning(words(`warning_${name}`).replace("%(host)s", shown.foreign_host))),
    presented: shown.presented && shown.number ? presentedOf(shown.presented) : "",
    "seen-elsewhere": Boolean(scan.elsewhere),
    elsewhere: scan.elsewhere ? elsewhereWords(scan.elsewhere) : "",
    referrals: (shown.referrals ?? []).map(referral),
    problem: Boolean(scan.id && shown.number),
    suspect: Boolean(ground && ground !== "mismatch"),
    mismatch: ground === "mismatch",
    holder: shown.number ? holder(shown) : "",
    items: Object.values(shown.items).map(item),
    facts: shown.number ? facts(shown) : "",
  });
  node.querySelector(".cv-verdict").classList.add(`cv-verdict--${isOpen ? "unknown" : shown.verdict}`);
  node.dataset.verdict = shown.verdict;
  node.dataset.live = String(Boolean(scan.live));
  return { node, title: words(name || `answer_${shown.verdict}`), back: "#/" };
}

function asOf(scan, shown) {
  const at = when(shown.as_of, "stamp");
  if (scan.live) {
    return words("live_as_of", { at });
  }
  return words(scan.isAsking ? "asking_as_of" : "list_says_as_of", { at });
}

function warning(title) {
  return filledIn("part-warning", { title });
}

// What others have found on site, and the deciding body has not answered yet.
function referral({ matter, what, by, at }) {
  return warning(words("open_problem", { matter, what, by, at: when(at, "date") }));
}

// What the business's own telephone adds: that somebody who may act for it was signed in minutes ago.
function presentedOf({ state, until }) {
  return filledIn(`part-presented-${state}`, { until: until ? words("until", { at: when(until, "second") }) : "" });
}

function holder(shown) {
  const { name, address } = shown.holder;
  return filledIn("part-holder", { name, place: Boolean(address), address, nowhere: !address });
}

function item(one) {
  const { review_body: body, review_days: days, court, suit_months: months } = one.remedies;
  const made = filledIn("part-permit", {
    name: one.name,
    state: tag(`state-${one.state}`),
    department: one.department_name,
    number: one.number,
    scope: one.scope,
    term: words("term", { from: day(one.valid_from), to: one.valid_to ? day(one.valid_to) : words("for_ever") }),
    remedies: Boolean(body),
    remedy: body ? words("remedy", { body, days, court, months }) : "",
    hotline: one.hotline,
  });
  made.classList.add(`cv-item--${made.querySelector(".govuk-tag").dataset.kind}`);
  return made;
}

function facts(shown) {
  const { number, version, newest_version: newest } = shown;
  return filledIn("part-facts", {
    number,
    uscc: shown.holder.uscc,
    version: words(version === newest ? "version" : "version_of", { n: version, newest, on: day(shown.issued_at) }),
  });
}

function day(at) {
  return when(at, "date");
}
