// What was found about one permit of the scanned licence, for the department that decided on it (R5.8).

import { filledIn, words } from "../app/dom.js";
import { say } from "../app/frame.js";

export async function problem(app) {
  const { scan } = app;
  const shown = scan?.live ?? scan?.verdict;
  if (!scan?.id || !shown.number) {
    return app.nothing();
  }
  const permits = Object.values(shown.items);
  const node = filledIn("screen-problem", { name: shown.holder.name, permits: permits.map(choice) });
  node.querySelector("form").addEventListener("input", (event) => {
    node.querySelector(`[data-error=${event.target.name}]`).hidden = true;
  });
  node.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = permits.find((one) => String(one.position) === event.target.elements.namedItem("position").value);
    const what = event.target.elements.namedItem("what").value.trim();
    node.querySelector("[data-error=position]").hidden = Boolean(chosen);
    node.querySelector("[data-error=what]").hidden = Boolean(what);
    if (chosen && what && (await app.keep(referralOf(scan, chosen, what)))) {
      say(words("referred", { department: chosen.department_name }));
      location.hash = "#/log";
    }
  });
  return { node, title: words("problem"), back: "#/verdict" };
}

function choice(one) {
  const made = filledIn("part-choice", { name: one.name, department: one.department_name });
  const [input, label] = [made.querySelector("input"), made.querySelector("label")];
  input.value = one.position;
  input.id = label.htmlFor = `permit-${one.position}`;
  return made;
}

function referralOf(scan, { position, name }, what) {
  return { client_id: crypto.randomUUID(), kind: "referral", scan: scan.id, position, about: name, what, made_at: new Date().toISOString() };
}
