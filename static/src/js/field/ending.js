// How far a visit is from its end, as this device knows it: what each matter lacks, who has to sign, whether this officer may
// close it. Pure: no page, no clock.

import { isUnsent } from "../app/unsent.js";
import { pointsOf, signatures } from "./standing.js";

const WORSE = ["pass", "rectify", "fail"];

// The server closes a visit only with everything there (R2.18): what of it is the officer's own has to be here before the wish
// is taken; what colleagues found and signed may still be on their devices.
export function ending(bundle, items) {
  const points = pointsOf(bundle, items);
  const signed = signatures(bundle, items);
  const body = bundle.officers.find((one) => one.id === bundle.me)?.body;
  const matters = bundle.matters.map((matter) => matterOf(matter, body, points));
  const wish = items.find((item) => item.kind === "closing" && isUnsent(item)) ?? null;
  const isStuck = items.some((item) => item.kind !== "closing" && item.state === "refused");
  const isOwnDone = points.every((point) => !point.mine || point.finding);
  return {
    matters,
    signed,
    wish,
    isStuck,
    open: points.filter((point) => !point.finding).length,
    isWanting: points.some((point) => point.finding === "rectify"),
    mayClose: !wish && !isStuck && isOwnDone && Boolean(signed.business && signed.me),
  };
}

// A matter fares as its worst point; what it lacks are the points without a finding, or with two.
function matterOf(matter, body, points) {
  const own = points.filter((point) => point.matters.includes(matter.id));
  const lacking = own.filter((point) => !point.finding);
  const worst = Math.max(...own.map((point) => WORSE.indexOf(point.finding)));
  return {
    name: matter.name,
    body_name: matter.body_name,
    mine: matter.body === body,
    finding: own.length && !lacking.length ? WORSE[worst] : "",
    lacking: lacking.map(({ id, text, isDisputed }) => ({ id, text, isDisputed })),
  };
}
