// Puts the vectors to the verifier of the browser, in Node: `node run.mjs [MUTATIONS]` prints what it answered as JSON.
// MUTATIONS: how many changed codes it is asked besides, made up anew in the same way every time.

import { readFileSync } from "node:fs";
import { load, renew, verify } from "../../static/src/js/licence-verify.js";

const read = (name) => readFileSync(new URL(name, import.meta.url));
const json = (name) => JSON.parse(read(name).toString());
const keysText = read("published/keys.json").toString();
const published = await load(keysText, new Uint8Array(read("published/status.cbor")));
const cases = json("codes.json");

let slowest = 0;

async function asked(text, at) {
  const begun = performance.now();
  const verdict = await verify(text, { at: new Date(at), published });
  slowest = Math.max(slowest, performance.now() - begun);
  return verdict;
}

async function reasonOf(hex, keys = keysText) {
  try {
    await renew(published, Uint8Array.from(Buffer.from(hex, "hex")), keys);
    return "";
  } catch (error) {
    return error.reason;
  }
}

// A small generator of chance with a seed (mulberry32), so that what was found once is found again.
function chanceFrom(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function digitsOf(bytes) {
  return BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`).toString();
}

function mutated(raw, chance) {
  const changed = [...raw];
  for (let n = chance(4); n >= 0; n -= 1) {
    const place = chance(changed.length);
    const kind = chance(4);
    if (kind === 0) {
      changed[place] = (changed[place] + 1 + chance(255)) % 256;
    } else if (kind === 1) {
      changed.splice(place, 1);
    } else if (kind === 2) {
      changed.splice(place, 0, chance(256));
    } else {
      changed.splice(place, 0, ...changed.slice(0, 1 + chance(39)));
    }
  }
  return changed;
}

async function holds(bytes, at) {
  return ["valid", "partly_valid", "not_valid"].includes((await asked(digitsOf(bytes), at)).verdict);
}

const answers = {};
for (const { name, text, at } of cases) {
  answers[name] = await asked(text, at);
}
const lists = {};
for (const { name, file, keys } of json("lists.json")) {
  lists[name] = await reasonOf(file, keys);
}

const { text, at } = cases.find(({ name }) => name === "6 items");
const raw = Buffer.from(BigInt(text.split("#")[1]).toString(16), "hex");
let accepted = 0;
for (let place = 0; place < raw.length; place += 1) {
  for (const mask of [1, 128, 255]) {
    const changed = Uint8Array.from(raw);
    changed[place] ^= mask;
    accepted += await holds(changed, at);
  }
}
const chance = chanceFrom(20260226);
for (let n = Number(process.argv[2] ?? 0); n > 0; n -= 1) {
  const changed = mutated(raw, chance);
  // A number has no leading zeros: bytes of nought before a code are the same digits.
  if (digitsOf(changed) !== digitsOf(raw) && (await holds(changed, at))) {
    accepted += 1;
    process.stderr.write(`accepted: ${digitsOf(changed)}\n`);
  }
}
// A device without Ed25519: what it cannot check it does not call forged.
const importKey = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (kind, key, algorithm, ...rest) =>
  algorithm.name === "Ed25519"
    ? Promise.reject(new DOMException("no such curve", "NotSupportedError"))
    : importKey(kind, key, algorithm, ...rest);
const old = await load(keysText, new Uint8Array(read("published/status.cbor")));
const edwards = cases.find(({ name }) => name === "EdDSA");
const unsupported = await verify(edwards.text, { at: new Date(edwards.at), published: old });

const megabyte = await asked(`https://yyyz.example.gov.cn/v/7KQ2M4XWZD#${"9".repeat(1_000_000)}`, at);
process.stdout.write(JSON.stringify({ answers, lists, accepted, megabyte, unsupported, slowest }));
