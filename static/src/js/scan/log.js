// The scans of this device and this account: what they were for, what they showed, whether they are sent; and what to do with
// what was refused.

import { filledIn, when, words } from "../app/dom.js";

export async function log(app) {
  if (!app.store) {
    return app.nothing();
  }
  const items = (await app.store.all("items")).sort((a, b) => (a.made_at < b.made_at ? 1 : -1));
  const node = filledIn("screen-log", { none: !items.length, items: items.map((item) => rowOf(app, item)) });
  return { node, title: words("log"), back: "#/", renews: true };
}

function rowOf(app, item) {
  const isScan = item.kind === "scan";
  const row = filledIn("part-item", {
    what: isScan ? words(`answer_${item.said}`) : words(item.kind === "suspicion" ? "suspect" : "problem"),
    at: when(item.made_at, "moment"),
    where: isScan ? [item.holder, words(`purpose_${item.purpose}`), item.note].filter(Boolean).join(" · ") : `${item.about ?? item.where}：${item.what}`,
    elsewhere: item.elsewhere ? elsewhereWords(item.elsewhere) : "",
    state: words(`state_${item.state}`),
    message: item.message,
    again: item.state === "refused",
    drop: item.state === "refused",
  });
  row.dataset.state = item.state;
  row.querySelector("[data-again]")?.addEventListener("click", async () => {
    await app.store.settle([{ ...item, state: "waiting", message: "" }]);
    await app.server.now();
  });
  const drop = row.querySelector("[data-drop]");
  drop?.addEventListener("click", async () => {
    // Twice: once dropped it is never sent.
    if (drop.dataset.sure !== "yes") {
      drop.dataset.sure = "yes";
      drop.textContent = words("really_drop");
      return;
    }
    await app.store.settle([{ ...item, state: "dropped" }]);
    await app.show();
  });
  return row;
}

export function elsewhereWords({ metres, at, by }) {
  return words("elsewhere", { metres, at: when(at, "moment"), by });
}
