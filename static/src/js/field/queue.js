// What has not been sent, item by item: what it is, when it was made, how it stands, and what to do with what was refused.

import { filledIn, when, words } from "../app/dom.js";
import { isUnsent } from "../app/unsent.js";

export async function queue(app, items) {
  const visits = new Map((await app.store.all("visits")).map((visit) => [visit.key, visit]));
  const isDisputed = (item) => item.state === "conflict" && visits.get(item.visit)?.disputed.includes(item.point);
  const waiting = items.filter((item) => isUnsent(item) || isDisputed(item));
  const node = filledIn("screen-queue", {
    none: !waiting.length,
    items: waiting.sort((a, b) => (a.made_at < b.made_at ? -1 : 1)).map((item) => rowOf(app, item, visits.get(item.visit))),
  });
  return { node, title: words("queue"), back: "#/" };
}

function rowOf(app, item, visit) {
  const isWish = item.kind === "closing" && item.state === "waiting";
  const row = filledIn("part-item", {
    what: item.kind === "finding" ? words(`finding_${item.finding}`) : words(`kind_${item.kind}`),
    where: [visit?.enterprise ?? item.enterprise, visit?.points.find((point) => point.id === item.point)?.text].filter(Boolean).join(" · "),
    at: when(item.made_at, "moment"),
    state: words(`state_${item.state}`),
    message: item.message,
    again: item.state === "refused",
    drop: item.state === "refused",
    withdraw: isWish,
    settle: item.state === "conflict",
  });
  row.dataset.state = item.state;
  const link = row.querySelector("[data-settle-link]");
  if (link) {
    link.href = `#/point/${item.visit}/${encodeURIComponent(item.point)}`;
  }
  row.querySelector("[data-again]")?.addEventListener("click", async () => {
    await app.store.settle([{ ...item, state: "waiting", message: "" }]);
    await app.sync.now();
  });
  row.querySelector("[data-withdraw]")?.addEventListener("click", async () => {
    await app.store.remove(item.client_id);
    await app.show(true);
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
    await app.show(true);
  });
  return row;
}
