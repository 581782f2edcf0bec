// One point of the checklist: the finding in three words, a note, photographs; and where officers differ, what they agree on.

import { filledIn, meant, slot, tag, when, words } from "../app/dom.js";
import { bytesOfPhotos, Shutter } from "./shutter.js";
import { nextOpen, pointsOf } from "./standing.js";
import { draftOf } from "./store.js";
import { isEarly } from "./visit.js";

export async function point(app, items, key, id) {
  const bundle = await app.store.get("visits", key);
  const here = items.filter((item) => item.visit === key);
  const points = bundle ? pointsOf(bundle, here) : [];
  const one = points.find((each) => each.id === id);
  if (!one) {
    return { node: filledIn("screen-gone"), title: words("gone"), back: "#/" };
  }
  const own = points.filter((each) => each.mine === one.mine);
  const back = `#/visit/${key}`;
  const mayEnter = one.mine && !isEarly(bundle);
  const node = filledIn("screen-point", {
    number: words("point_of", { n: own.indexOf(one) + 1, all: own.length }),
    text: meant(bundle, one.text),
    proof: meant(bundle, one.proof),
    bases: one.bases.map((base) => basisOf(base, bundle)),
    before: one.before ? [one.before.text, one.before.note].filter(Boolean).join(" · ") : "",
    found: one.counting.map(foundOf),
    foundTitle: one.counting.length > 0,
    disputed: one.isDisputed,
    refused: one.refused.map((item) => filledIn("part-refused", { what: words(`kind_${item.kind}`), message: item.message })),
    form: mayEnter,
    settle: mayEnter && one.isToSettle,
    notMine: !one.mine,
  });
  const screen = { node, title: one.text, back, isBusy: () => node.dataset.busy === "yes" };
  await showPhotos(app, node, one, mayEnter);
  if (mayEnter) {
    await bindFinding(app, node, { bundle, one, points, back });
  }
  if (mayEnter && one.isToSettle) {
    bindSettling(app, node, { bundle, one });
  }
  return screen;
}

function basisOf({ matter, legal_basis: basis }, bundle) {
  const made = document.createElement("li");
  made.append(...meant(bundle, bundle.matters.find((each) => each.id === matter)?.name ?? matter), `：${basis}`);
  return made;
}

function foundOf(entry) {
  return filledIn("part-found", {
    finding: tag(entry.finding),
    who: entry.officer_name ?? words("me"),
    at: when(entry.made_at, "hour"),
    note: entry.note,
    unsent: entry.state === "waiting" ? tag("waiting") : "",
  });
}

async function showPhotos(app, node, one, mayEnter) {
  const list = slot(node, "photos");
  for (const photo of one.photos) {
    list.append(await bytesOfPhotos(app, photo, mayEnter));
  }
  slot(node, "photosTitle").hidden = !one.photos.length;
}

// The form of the officer's own finding: what is typed is kept as a draft until it is saved.
async function bindFinding(app, node, { bundle, one, points, back }) {
  const form = node.querySelector("form[data-finding]");
  const draftName = draftOf(bundle.key, one.id);
  const draft = await app.store.fact(draftName);
  const start = draft ?? one.mineNow;
  if (start) {
    form.elements.finding.value = start.finding;
    form.elements.note.value = start.note;
  }
  slot(node, "draft").hidden = !draft;
  form.addEventListener("input", () => {
    node.dataset.busy = "yes";
    app.say("");
    const { finding, note } = form.elements;
    // A draft that finds no room is no harm: it was never called saved.
    app.store.remember(draftName, { finding: finding.value, note: note.value }).catch(() => {});
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = readFinding(form);
    if (!said) {
      return;
    }
    const entry = { kind: "finding", visit: bundle.key, point: one.id, made_at: new Date().toISOString(), ...said };
    if (await app.save(entry)) {
      node.dataset.busy = "";
      const next = nextOpen(points, one.id);
      location.hash = next ? `#/point/${bundle.key}/${encodeURIComponent(next.id)}` : back;
    }
  });
  new Shutter(app, node, { visit: bundle.key, point: one.id });
}

// Finding and note, or null with what is wanting said at its field.
function readFinding(form) {
  const finding = form.elements.finding.value;
  const note = form.elements.note.value.trim();
  const wanting = { choose: !finding, explain: Boolean(finding) && finding !== "pass" && !note };
  for (const error of form.querySelectorAll("[data-error]")) {
    error.hidden = !wanting[error.dataset.error];
  }
  if (wanting.choose) {
    form.querySelector("[name=finding]").focus();
  } else if (wanting.explain) {
    form.elements.note.focus();
  }
  return wanting.choose || wanting.explain ? null : { finding, note };
}

function bindSettling(app, node, { bundle, one }) {
  const form = node.querySelector("form[data-settle]");
  form.addEventListener("input", () => { node.dataset.busy = "yes"; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const finding = form.elements.finding.value;
    const note = form.elements.note.value.trim();
    form.querySelector("[data-error=settle]").hidden = Boolean(finding && note);
    if (!finding || !note) {
      (finding ? form.elements.note : form.querySelector("[name=finding]")).focus();
      return;
    }
    const entry = { kind: "settlement", visit: bundle.key, point: one.id, made_at: new Date().toISOString(), finding, note };
    if (await app.save(entry)) {
      node.dataset.busy = "";
      await app.show(true);
    }
  });
}
