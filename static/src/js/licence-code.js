// A code's text and its signature: the twin of certificates/code.py and certificates/signers/signing.py.

import { Malformed, decode, encode, hexOf } from "./licence-cbor.js";
import { headerOf } from "./licence-packing.js";
import { sm2Verifier } from "./licence-sm2.js";

// The code does not prove what it says. `reason` is a word for programs.
export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class Forged extends Refused {} // changed, cut off, or never a code of ours
export class Unknown extends Refused {} // signed, it says, with a key that is not on the list, or with one that has leaked
export class Unsupported extends Refused {} // a known key, with an algorithm that this device does not have

export const MAX_BYTES = 512;
export const MAX_TEXT = 1534;
const MAX_DIGITS = 1234;
const TAG_SIGN1 = 0xd2;
const SIGNATURE_BYTES = 64;
const BLANKS = /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g;
const TEXT = /^(?:https?:\/\/[^/ \t\n\r\f\v#?]+\/v\/([0-9A-Z]{4,16})\/?#)?([1-9][0-9]*)$/;
const HOST = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#\\ \t\n\r\f\v]+)/;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const ALGORITHMS = {
  ES256: { number: -7, key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
  EdDSA: { number: -8, key: { name: "Ed25519" }, use: { name: "Ed25519" } },
  SM2: { number: -65538 },
};

export function isTooLong(text) {
  return text.length > MAX_TEXT && (text.length > 2 * MAX_TEXT || [...text].length > MAX_TEXT);
}

// A text's first signs: not more than a code has is ever looked at.
function beginning(text, length) {
  return [...text.slice(0, 2 * length)].slice(0, length).join("");
}

// Whether a text claims to be a code rather than a number that somebody typed.
export function looksLikeCode(text) {
  const bare = text.replace(BLANKS, "");
  return bare.includes("#") || bare.startsWith("http") || /^[0-9]{40}/.test(bare);
}

// The host that a code's address names, "" where it is a verification page of this site, or no address.
export function foreignHost(text, site) {
  const bare = beginning(text, MAX_TEXT).replace(BLANKS, "");
  if (!bare.includes("://") || bare.startsWith(`${site}/v/`)) {
    return "";
  }
  const named = HOST.exec(bare)?.[1] ?? "";
  return beginning(named.slice(named.lastIndexOf("@") + 1), 100) || "?";
}

// The parts of a URL's or digits' code. Throws Forged for whatever is not exactly such a code.
export function parse(text) {
  if (isTooLong(text)) {
    throw new Forged("length");
  }
  const found = TEXT.exec(text.replace(BLANKS, ""));
  if (!found) {
    throw new Forged("text");
  }
  if (found[2].length > MAX_DIGITS) {
    throw new Forged("digits");
  }
  return { ...parseBytes(bytesOf(BigInt(found[2])), MAX_BYTES), code: found[1] ?? "" };
}

// A number as big-endian bytes.
export function bytesOf(number) {
  const hex = number.toString(16);
  const even = hex.length % 2 ? `0${hex}` : hex;
  return Uint8Array.from(even.match(/../g), (pair) => parseInt(pair, 16));
}

// The parts of a COSE_Sign1 message of at most `limit` bytes. Throws Forged.
export function parseBytes(raw, limit) {
  if (raw.length > limit || raw[0] !== TAG_SIGN1) {
    throw new Forged("structure");
  }
  const [message, header] = structureOf(raw.subarray(1));
  const [protectedBytes, unprotected, payload, signature] = message;
  if (!(unprotected instanceof Map) || unprotected.size || signature.length !== SIGNATURE_BYTES) {
    throw new Forged("structure");
  }
  const named = headerOf(header);
  if (!named) {
    throw new Forged("header");
  }
  const signed = encode(["Signature1", protectedBytes, new Uint8Array(), payload]);
  return { ...named, payload, signature, signed };
}

function structureOf(data) {
  try {
    const message = decode(data);
    const fits = Array.isArray(message) && message.length === 4;
    if (!fits || ![0, 2, 3].every((place) => message[place] instanceof Uint8Array)) {
      throw new Malformed("not four parts");
    }
    return [message, decode(message[0])];
  } catch (error) {
    throw error instanceof Malformed ? new Forged("structure") : error;
  }
}

function numberOf(bytes) {
  return BigInt(`0x${hexOf(bytes)}`);
}

// A key of keys.json: the one algorithm it may be used with, and the time within which it signed (milliseconds).
// Throws TypeError where the row is none. `verifies` is null where this device does not have the algorithm.
export async function keyOf(row) {
  const spki = spkiOf(row.pem);
  const known = Object.hasOwn(ALGORITHMS, row.algorithm) ? ALGORITHMS[row.algorithm] : null;
  const times = [Date.parse(row.valid_from), row.retired_at === null ? Infinity : Date.parse(row.retired_at)];
  if (!known || times.some(Number.isNaN)) {
    throw new TypeError(`not a public key for ${row.algorithm}`);
  }
  const kid = new Uint8Array(await crypto.subtle.digest("SHA-256", spki)).subarray(0, 8);
  const verifies = await verifierOf(known, spki);
  const [validFrom, retiredAt] = times;
  return { kid: hexOf(kid), algorithm: known.number, verifies, validFrom, retiredAt, isLeaked: row.leaked === true };
}

function spkiOf(pem) {
  const body = /^-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem);
  if (!body) {
    throw new TypeError("not a public key");
  }
  return Uint8Array.from(atob(body[1].replace(/\s/g, "")), (sign) => sign.charCodeAt(0));
}

async function verifierOf(known, spki) {
  if (known === ALGORITHMS.SM2) {
    return sm2Verifier(spki);
  }
  try {
    const key = await crypto.subtle.importKey("spki", spki, known.key, false, ["verify"]);
    return (signature, signed) => crypto.subtle.verify(known.use, key, signature, signed);
  } catch (error) {
    if (error.name === "NotSupportedError") {
      return null;
    }
    throw new TypeError("not a public key", { cause: error });
  }
}

// The key of `keys` (by hexadecimal id) that signed the message. Throws Unknown, Unsupported, Forged.
export async function prove(message, keys) {
  const key = keys.get(hexOf(message.kid));
  if (!key) {
    throw new Unknown("key");
  }
  if (key.algorithm !== message.algorithm) {
    throw new Forged("algorithm");
  }
  if (!key.verifies) {
    throw new Unsupported("unsupported");
  }
  const { signature, signed } = message;
  if ((key.algorithm === ALGORITHMS.ES256.number && !isLowS(signature)) || !(await key.verifies(signature, signed))) {
    throw new Forged("signature");
  }
  if (key.isLeaked) {
    throw new Unknown("key_leaked");
  }
  return key;
}

// An ECDSA signature has a second form, which nobody of ours writes.
function isLowS(signature) {
  const [r, s] = [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32))];
  return r > 0n && r < P256_ORDER && s > 0n && s <= P256_ORDER / 2n;
}

// Refuse what a key signed before it was made or after it was retired. Throws Forged.
export function checkKeyTime(key, seconds) {
  if (seconds * 1000 < key.validFrom || seconds * 1000 > key.retiredAt) {
    throw new Forged("key_time");
  }
}

