// A licence shown on the business's own telephone (亮证): the paper's code with a token behind it that holds for minutes. The
// twin of certificates/coding/presenting.py, which says what a token proves.
//
//   const { paper, digits } = split(text);                              digits: "" where there is no token
//   const { state, until } = await examine(paper, digits, { at, published });
//       state: "live" | "over" | "forged"; until: a Date, null where it proves nothing

import { Malformed, decode, hexOf } from "./licence-cbor.js";
import { Refused, bytesOf, checkKeyTime, isTooLong, parse, parseBytes, prove } from "./licence-code.js";

const FORMAT = 101;
const MAX_BYTES = 160;
const MAX_DIGITS = 1234;
const SKEW = 120;
const LONGEST = 3600;
const SECONDS = [946684800, 7258118400];
const HASH_BYTES = 16;
const TEXT = /^(.*#[1-9][0-9]*)\.([1-9][0-9]*)$/s;
const BLANKS = /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g;

export function split(text) {
  const found = isTooLong(text) ? null : TEXT.exec(text.replace(BLANKS, ""));
  return found ? { paper: found[1], digits: found[2] } : { paper: text, digits: "" };
}

export async function examine(paper, digits, { at, published }) {
  try {
    return await proved(paper, digits, at.getTime() / 1000, published.keys);
  } catch (error) {
    if (error instanceof Refused || error instanceof Malformed) {
      return { state: "forged", until: null };
    }
    throw error;
  }
}

async function proved(paper, digits, moment, keys) {
  if (digits.length > MAX_DIGITS) {
    throw new Malformed("digits");
  }
  const message = parseBytes(bytesOf(BigInt(digits)), MAX_BYTES);
  const key = await prove(message, keys);
  const fields = decode(message.payload);
  const [begin, until] = await spanOf(fields, paper);
  checkKeyTime(key, begin);
  if (until <= begin || until - begin > LONGEST || begin > moment + SKEW) {
    throw new Malformed("time");
  }
  return { state: moment <= until ? "live" : "over", until: new Date(until * 1000) };
}

async function spanOf(fields, paper) {
  const isToken = fields instanceof Map && fields.size === 4 && [1, 2, 3, 4].every((key) => fields.has(key));
  if (!isToken || fields.get(1) !== FORMAT || !(fields.get(2) instanceof Uint8Array)) {
    throw new Malformed("not a token");
  }
  parse(paper);
  const raw = bytesOf(BigInt(paper.slice(paper.lastIndexOf("#") + 1)));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", raw)).subarray(0, HASH_BYTES);
  const span = [fields.get(3), fields.get(4)];
  if (hexOf(fields.get(2)) !== hexOf(digest) || span.some((one) => typeof one !== "number" || one < SECONDS[0] || one >= SECONDS[1])) {
    throw new Malformed("not a token for this code");
  }
  return span;
}
