// Verifies a licence's code on this device: the twin of certificates/verifying/offline.py, held to the same vectors (tests/vectors).
// It asks nothing of the network and needs nothing but WebCrypto, BigInt and TextDecoder (Node 20 or any browser since 2022).
//
//   import { BadPublication, checkCharacter, load, renew, verify } from "./licence-verify.js";
//
//   const published = await load(keysText, statusBytes);
//       keysText: the text of /published/keys.json; statusBytes: the Uint8Array of /published/status.cbor. Both are trusted for
//       where they come from, this once: take them from our own host, never from one that a code names. Throws
//       BadPublication (`file`, `reason`) where they are not what we publish. What it returns is plain to read:
//       `published.site`, `published.statuses.asOf` and `.expires` (seconds since 1970), and stays as it is.
//   const next = await renew(published, statusBytes, keysText);
//       The newer list in the place of the held one; with keysText (may be left out) also the keys published with it. The list
//       must be signed with a key that is held, and vouches for the new keys, so that both may come from any cache. Throws
//       BadPublication with `reason` "replayed" for an older list than the held one, "keys" for keys that the list does not
//       vouch for (ask again later: a cache had one file older than the other), "key" where the list is signed with a key that
//       is not held: then `load` anew, from our own host. Whatever it throws, what is held stays good until its list is stale.
//   const verdict = await verify(text, { at: new Date(), published });
//       text: what the camera read or somebody typed, at most 1,534 signs; never throws, whatever the text. The verdict has the
//       fields of `manage.py verify --json`:
//         verdict     "valid" | "partly_valid" | "not_valid" | "forged" | "unknown"
//         as_of       the moment of the status list, ISO 8601
//         signature   "valid" | "forged" | "unknown_key" | "not_checked"
//         reason      "" or why it was refused: text, length, digits, structure, header, key, key_leaked, algorithm, signature,
//                     content, key_time, future, number_only, check_character, unsupported (this device lacks the key's algorithm)
//         number, code, version, newest_version, issued_at     null where nothing was proved
//         holder      {name, uscc}
//         items       {matter: {position, name, state, department, department_name, number, scope, valid_from, valid_to,
//                     hotline, remedies}}; state: valid, suspended, expired, withdrawn, revoked, revoked_as_penalty, cancelled,
//                     not_begun; number: "…" and the last six digits, to compare with the print
//         warnings    older_version, list_stale, not_in_list, other_address
//         foreign_host the host a code leads to where it is not our site, null otherwise. Never open it.
//   checkCharacter("沪长综许〔2026〕000123号")
//       The check character that stands behind the number on the paper. A number alone cannot be verified off line.

import { Malformed, hexOf } from "./licence-cbor.js";
import { Forged, Refused, Unknown, Unsupported } from "./licence-code.js";
import { checkKeyTime, foreignHost, isTooLong, keyOf, looksLikeCode, parse, parseBytes, prove } from "./licence-code.js";
import { CHINA_SECONDS, DAY_SECONDS, dayOf, unpack, unpackList } from "./licence-packing.js";

const CLOCK_SKEW = 600;
const MAX_LIST_BYTES = 16 * 1024 * 1024;
const CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// The files are not what we publish. `file`: keys.json or status.cbor; `reason`: a word; the message says more.
export class BadPublication extends Error {
  constructor(file, reason, detail = reason) {
    super(`${file}: ${detail}`);
    Object.assign(this, { file, reason });
  }
}

export async function load(keysText, statusBytes) {
  const ring = await ringOf(keysText);
  return Object.freeze({ ...ring, statuses: await unseal(statusBytes, ring.keys) });
}

export async function renew(held, statusBytes, keysText) {
  const statuses = await unseal(statusBytes, held.keys);
  if (statuses.asOf < held.statuses.asOf) {
    throw new BadPublication("status.cbor", "replayed");
  }
  if (keysText === undefined) {
    return Object.freeze({ ...held, statuses });
  }
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(keysText));
  if (hexOf(new Uint8Array(hash)) !== statuses.keysHash) {
    throw new BadPublication("keys.json", "keys");
  }
  return load(keysText, statusBytes);
}

async function ringOf(keysText) {
  try {
    const said = JSON.parse(keysText);
    const keys = await Promise.all(said.keys.map(keyOf));
    const tables = { departments: said.department_numbers.map(String), matters: said.matter_numbers.map(pairOf) };
    const names = [said.departments, said.matters].map((rows) => new Map(Object.entries(rows)));
    return {
      site: String(said.site), keys: new Map(keys.map((key) => [key.kid, key])), tables,
      departments: names[0], matters: names[1],
    };
  } catch (error) {
    throw new BadPublication("keys.json", "keys", error.message);
  }
}

function pairOf([matter, department]) {
  return [String(matter), String(department)];
}

async function unseal(raw, keys) {
  try {
    const message = parseBytes(raw, MAX_LIST_BYTES);
    const key = await prove(message, keys);
    const statuses = readable(() => unpackList(message.payload), "status_list");
    checkKeyTime(key, statuses.asOf);
    return statuses;
  } catch (error) {
    throw error instanceof Refused ? new BadPublication("status.cbor", error.reason) : error;
  }
}

function readable(read, reason) {
  try {
    return read();
  } catch (error) {
    throw error instanceof Malformed ? new Forged(reason) : error;
  }
}

export async function verify(text, { at, published }) {
  const moment = at.getTime() / 1000;
  if (Number.isNaN(moment)) {
    throw new TypeError("`at` is no moment");
  }
  const verdict = await verdictOn(String(text), moment, published);
  const host = foreignHost(String(text), published.site);
  return host ? { ...verdict, warnings: [...verdict.warnings, "other_address"], foreign_host: host } : verdict;
}

async function verdictOn(text, moment, published) {
  if (!isTooLong(text) && !looksLikeCode(text)) {
    return refusal(published, "unknown", "not_checked", fits(text) ? "number_only" : "check_character");
  }
  try {
    const message = parse(text);
    const key = await prove(message, published.keys);
    const content = readable(() => unpack(message.payload, published.tables), "content");
    checkKeyTime(key, content.issuedAt);
    if (content.issuedAt > moment + CLOCK_SKEW) {
      throw new Forged("future");
    }
    return describe(content, message.code, moment, published);
  } catch (error) {
    return refused(error, published);
  }
}

function refused(error, published) {
  if (error instanceof Unknown) {
    return refusal(published, "unknown", "unknown_key", error.reason);
  }
  if (error instanceof Unsupported) {
    return refusal(published, "unknown", "not_checked", error.reason);
  }
  if (error instanceof Forged) {
    return refusal(published, "forged", "forged", error.reason);
  }
  throw error;
}

// For what is forged or unknown nothing of the code is repeated: it proves nothing.
function refusal(published, verdict, signature, reason) {
  return {
    verdict, as_of: inChina(published.statuses.asOf), signature, reason, number: null, code: null, version: null,
    newest_version: null, holder: {}, issued_at: null, items: {}, foreign_host: null, warnings: [],
  };
}

function describe(content, code, moment, published) {
  const entry = entryOf(content, published.statuses);
  const items = content.items.map((item) => viewOf(item, entry, dayOf(moment), published));
  return {
    ...refusal(published, answerOf(items.map(([, item]) => item.state)), "valid", ""),
    number: content.number,
    code: code || null,
    version: content.version,
    newest_version: entry ? entry.newest : content.version,
    holder: { name: content.holder, uscc: content.uscc },
    issued_at: `${iso(content.issuedAt).slice(0, 19)}+00:00`,
    items: Object.fromEntries(items),
    warnings: warningsOf(content, entry, moment, published.statuses),
  };
}

// What the list says of the licence; null where the code was issued after the list. What it says is whole: an item that it
// does not name is valid, whatever an older code has printed.
function entryOf(content, statuses) {
  const entry = statuses.entries.get(content.seat) ?? { newest: 1, states: new Map() };
  return content.seat > statuses.lastSeat || content.version > entry.newest ? null : entry;
}

function viewOf(item, entry, on, published) {
  const department = published.departments.get(item.department) ?? {};
  const recorded = entry ? (entry.states.get(item.position) ?? "valid") : item.state;
  return [item.matter, {
    position: item.position,
    name: published.matters.get(item.matter)?.name ?? item.matter,
    state: stateOn(recorded, item.begin, item.end, on),
    department: item.department,
    department_name: department.name ?? item.department,
    number: item.tail === null ? "" : `…${String(item.tail).padStart(6, "0")}`,
    scope: "",
    valid_from: isoDay(item.begin),
    valid_to: item.end === null ? null : isoDay(item.end),
    hotline: department.hotline ?? "",
    remedies: department.remedies ?? {},
  }];
}

// The item's state on a day: a term that is over ends what was valid or suspended; every other ending keeps its own name.
export function stateOn(recorded, begin, end, on) {
  if (recorded !== "valid" && recorded !== "suspended") {
    return recorded;
  }
  if (end !== null && on > end) {
    return "expired";
  }
  return recorded === "valid" && on < begin ? "not_begun" : recorded;
}

function answerOf(states) {
  const valid = states.filter((state) => state === "valid").length;
  if (valid === 0) {
    return "not_valid";
  }
  return valid === states.length ? "valid" : "partly_valid";
}

function warningsOf(content, entry, moment, statuses) {
  return [
    entry && content.version < entry.newest && "older_version",
    moment > statuses.expires && "list_stale",
    !entry && "not_in_list",
  ].filter(Boolean);
}

function iso(seconds) {
  return new Date(seconds * 1000).toISOString();
}

function isoDay(day) {
  return iso(day * DAY_SECONDS).slice(0, 10);
}

function inChina(seconds) {
  return `${iso(seconds + CHINA_SECONDS).slice(0, 19)}+08:00`;
}

// ISO 7064 MOD 37,36 over the number's digits and Latin letters (certificates/check_character.py).
export function checkCharacter(number) {
  let carried = 36;
  for (const sign of number.replace(/[^0-9A-Za-z]/g, "").toUpperCase()) {
    carried = ((carried + CHECK_ALPHABET.indexOf(sign)) % 36 || 36) * 2 % 37;
  }
  return CHECK_ALPHABET[(37 - carried) % 36];
}

// Whether a typed number and the check character behind it belong together; without one nothing speaks against it.
function fits(text) {
  const tidy = text.normalize("NFKC").replace(/[ \t\n\r\f\v]+/g, "");
  const found = /^(.*?)(?:校验码:?|号)([0-9A-Za-z])$/s.exec(tidy);
  return !found || checkCharacter(found[1]) === found[2].toUpperCase();
}
