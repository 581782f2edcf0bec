// What a code and a status list say, once their signatures are proved: the twin of certificates/coding/packing.py and of
// certificates/coding/status_list.py. Days are counted from 1 January 1970, moments in seconds since then.

import { Malformed, decode, encode, isWhole, hexOf, sameBytes, varints } from "./licence-cbor.js";

// The states a record may have, in the order of their numbers.
export const RECORDED = ["valid", "suspended", "expired", "withdrawn", "revoked", "revoked_as_penalty", "cancelled"];
export const CHINA_SECONDS = 8 * 3600;
export const DAY_SECONDS = 86400;

const FORMAT = 1;
const LIST_FORMAT = 100;
const SECONDS = [946684800, 7258118400];
const VERSIONS = [1, 1000];
const SEATS = [1, 2 ** 48];
const POSITIONS = [1, 100];
const DAYS = 80000;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
const ID = /^[a-z][a-z0-9_]{0,59}$/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

// The content of a code's payload. `tables` has `departments` and `matters` in the order of their numbers. Throws Malformed
// for all that is not, byte for byte, the one way to write a content.
export function unpack(payload, tables) {
  const fields = decode(payload);
  if (!hasKeys(fields, 8) || fields.get(1) !== FORMAT) {
    throw new Malformed("not the map of a licence");
  }
  const issuedAt = whole(fields.get(6), SECONDS);
  const items = fields.get(8);
  if (!(items instanceof Map) || items.size === 0 || items.size > 40) {
    throw new Malformed("no items, or too many");
  }
  const issuedOn = dayOf(issuedAt);
  const content = {
    number: text(fields.get(2), 60),
    version: whole(fields.get(3), VERSIONS),
    holder: text(fields.get(4), 100),
    uscc: unpackUscc(fields.get(5)),
    issuedAt,
    seat: whole(fields.get(7), SEATS),
    items: [...items].map(([position, item]) => unpackItem(position, item, issuedOn, tables)),
  };
  if (!sameBytes(encode(pack(content, issuedOn, tables)), payload)) {
    throw new Malformed("another way to write the same");
  }
  return content;
}

// The day in China, which knows no summer time.
export function dayOf(seconds) {
  return Math.floor((seconds + CHINA_SECONDS) / DAY_SECONDS);
}

function hasKeys(fields, last) {
  return fields instanceof Map && fields.size === last && [...fields.keys()].every((key, place) => key === place + 1);
}

function whole(value, [first, end]) {
  if (typeof value !== "number" || value < first || value >= end) {
    throw new Malformed("a number out of its range");
  }
  return value;
}

function text(value, limit) {
  if (typeof value !== "string" || [...value].length > limit || UNSEEN.test(value)) {
    throw new Malformed("not a text, or too long");
  }
  return value;
}

function unpackUscc(value) {
  if (typeof value === "string") {
    return text(value, 30);
  }
  if (!(value instanceof Uint8Array) || value.length !== 12) {
    throw new Malformed("not a credit code");
  }
  let number = value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let characters = "";
  for (let n = 0; n < 18; n += 1) {
    characters = ALPHABET[Number(number % 37n)] + characters;
    number /= 37n;
  }
  return characters;
}

function unpackItem(position, value, issuedOn, tables) {
  if (!Array.isArray(value) || value.length < 4 || value.length > 6) {
    throw new Malformed("not an item");
  }
  const [matterSaid, beginSaid, term, tail, departmentSaid = null, state] = value;
  const matter = named(matterSaid, tables.matters.map(([id]) => id));
  const department = departmentSaid === null ? usual(matter, tables) : named(departmentSaid, tables.departments);
  if (department === undefined) {
    throw new Malformed("an item without a department");
  }
  const begin = issuedOn + whole(beginSaid, [-DAYS / 2, DAYS / 2]);
  return {
    position: whole(position, POSITIONS),
    matter,
    department,
    begin,
    end: term === null ? null : begin + whole(term, [0, DAYS]),
    tail: tail === null ? null : whole(tail, [0, 10 ** 6]),
    state: value.length === 6 ? RECORDED[whole(state, [1, RECORDED.length])] : "valid",
  };
}

function usual(matter, tables) {
  return tables.matters.find(([id]) => id === matter)?.[1];
}

function named(value, table) {
  if (typeof value === "string" && ID.test(value)) {
    return value;
  }
  return table[whole(value, [1, table.length + 1]) - 1];
}

function pack(content, issuedOn, tables) {
  return new Map([
    [1, FORMAT],
    [2, content.number],
    [3, content.version],
    [4, content.holder],
    [5, packUscc(content.uscc)],
    [6, content.issuedAt],
    [7, content.seat],
    [8, new Map(content.items.map((item) => [item.position, packItem(item, issuedOn, tables)]))],
  ]);
}

function packUscc(uscc) {
  if (!/^[0-9A-Z*]{18}$/.test(uscc)) {
    return uscc;
  }
  let number = [...uscc].reduce((sum, sign) => sum * 37n + BigInt(ALPHABET.indexOf(sign)), 0n);
  const bytes = new Uint8Array(12);
  for (let place = 11; place >= 0; place -= 1) {
    bytes[place] = Number(number & 255n);
    number >>= 8n;
  }
  return bytes;
}

function packItem(item, issuedOn, tables) {
  const ids = tables.matters.map(([id]) => id);
  const department = usual(item.matter, tables) === item.department ? null : short(item.department, tables.departments);
  const term = item.end === null ? null : item.end - item.begin;
  const parts = [short(item.matter, ids), item.begin - issuedOn, term, item.tail];
  if (item.state !== "valid") {
    return [...parts, department, RECORDED.indexOf(item.state)];
  }
  return department === null ? parts : [...parts, department];
}

function short(id, table) {
  return table.includes(id) ? table.indexOf(id) + 1 : id;
}

// The status list of a payload: {asOf, expires, lastSeat, keysHash, entries: seat → {newest, states: position → state}}.
export function unpackList(payload) {
  const fields = decode(payload);
  if (!hasKeys(fields, 6) || fields.get(1) !== LIST_FORMAT || ![5, 6].every((key) => fields.get(key) instanceof Uint8Array)) {
    throw new Malformed("not a status list");
  }
  if (fields.get(6).length !== 32) {
    throw new Malformed("not the hash of the keys");
  }
  return {
    asOf: whole(fields.get(2), SECONDS),
    expires: whole(fields.get(3), SECONDS),
    lastSeat: whole(fields.get(4), [0, SEATS[1]]),
    entries: entriesOf(varints(fields.get(5))),
    keysHash: hexOf(fields.get(6)),
  };
}

function entriesOf(numbers) {
  const entries = new Map();
  let seat = 0;
  for (let gap = numbers.next(); !gap.done; gap = numbers.next()) {
    seat += gap.value;
    const said = numbers.next().value ?? 0;
    const newest = Math.floor(said / 2);
    if (gap.value === 0) {
      throw new Malformed("not an entry");
    }
    whole(seat, SEATS);
    whole(newest, VERSIONS);
    entries.set(seat, { newest, states: said % 2 ? statesOf(numbers) : new Map() });
  }
  return entries;
}

function statesOf(numbers) {
  const states = new Map();
  let [last, more] = [0, true];
  while (more) {
    const said = numbers.next().value ?? 0;
    const position = Math.floor(said / 16);
    const state = Math.floor(said / 2) % 8;
    if (position <= last || position >= POSITIONS[1] || state === 0 || state >= RECORDED.length) {
      throw new Malformed("not an item");
    }
    states.set(position, RECORDED[state]);
    more = said % 2 === 1;
    last = position;
  }
  return states;
}

// Algorithm and key id of a protected header, null where it has not exactly these.
export function headerOf(header) {
  if (!(header instanceof Map) || header.size !== 2 || !isWhole(header.get(1)) || !(header.get(4) instanceof Uint8Array)) {
    return null;
  }
  return header.get(4).length === 8 ? { algorithm: header.get(1), kid: header.get(4) } : null;
}
