// The small part of CBOR (RFC 8949) that codes and status lists use, in its deterministic form only: the twin of
// certificates/coding/cbor.py and certificates/coding/varints.py. Whatever has a second way of being written is refused.
//
// Whole numbers become Number (BigInt beyond 2^53), byte strings Uint8Array, maps Map, null null.

export class Malformed extends Error {}

const MAX_DEPTH = 6;
const NULL = 0xf6;
const [UINT, NINT, BYTES, TEXT, ARRAY, MAP] = [0, 1, 2, 3, 4, 5];
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// The value of exactly these bytes. Throws Malformed.
export function decode(data) {
  const reader = { data, at: 0 };
  const value = read(reader, MAX_DEPTH);
  if (reader.at !== data.length) {
    throw new Malformed("bytes are left over");
  }
  return value;
}

function read(reader, depth) {
  if (depth === 0) {
    throw new Malformed("nested too deep");
  }
  if (reader.data[reader.at] === NULL) {
    reader.at += 1;
    return null;
  }
  const [major, argument] = readHead(reader);
  if (major === UINT) {
    return argument;
  }
  if (major === NINT) {
    return small(-1n - BigInt(argument));
  }
  if (argument > reader.data.length - reader.at) {
    throw new Malformed("shorter than it says");
  }
  if (major === BYTES || major === TEXT) {
    const content = reader.data.subarray(reader.at, reader.at + argument);
    reader.at += argument;
    return major === BYTES ? content : text(content);
  }
  return major === ARRAY ? readArray(reader, argument, depth - 1) : readMap(reader, argument, depth - 1);
}

function readHead(reader) {
  const first = reader.data[reader.at];
  if (first === undefined) {
    throw new Malformed("ends too early");
  }
  const [major, extra] = [first >> 5, first & 31];
  reader.at += 1;
  if (major > MAP) {
    throw new Malformed("a kind of value that codes do not use");
  }
  if (extra < 24) {
    return [major, extra];
  }
  if (extra > 27) {
    throw new Malformed("an indefinite or reserved length");
  }
  const size = 1 << (extra - 24);
  const written = reader.data.subarray(reader.at, reader.at + size);
  const argument = number(written);
  if (written.length < size || argument < (size === 1 ? 24 : 2 ** (4 * size))) {
    throw new Malformed("a length written longer than needed, or cut off");
  }
  reader.at += size;
  return [major, argument];
}

function readArray(reader, count, depth) {
  const items = [];
  for (let n = 0; n < count; n += 1) {
    items.push(read(reader, depth));
  }
  return items;
}

function readMap(reader, count, depth) {
  const pairs = new Map();
  let last = new Uint8Array();
  for (let n = 0; n < count; n += 1) {
    const begin = reader.at;
    const key = read(reader, depth);
    const written = reader.data.subarray(begin, reader.at);
    if (!isWhole(key) || compare(written, last) <= 0) {
      throw new Malformed("a map whose keys are not whole numbers, repeat, or are out of order");
    }
    pairs.set(key, read(reader, depth));
    last = written;
  }
  return pairs;
}

function text(content) {
  try {
    return utf8.decode(content);
  } catch {
    throw new Malformed("a text that is not UTF-8");
  }
}

// Big-endian bytes as a number.
function number(bytes) {
  let value = 0n;
  for (const byte of bytes) {
    value = (value << 8n) | BigInt(byte);
  }
  return small(value);
}

function small(value) {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

export function isWhole(value) {
  return typeof value === "number" || typeof value === "bigint";
}

// Like Python's comparison of bytes: the first difference counts, then the length.
function compare(one, other) {
  for (let n = 0; n < Math.min(one.length, other.length); n += 1) {
    if (one[n] !== other[n]) {
      return one[n] - other[n];
    }
  }
  return one.length - other.length;
}

// The one encoding of a value.
export function encode(value) {
  if (value === null) {
    return Uint8Array.of(NULL);
  }
  if (isWhole(value)) {
    return value >= 0 ? head(UINT, value) : head(NINT, small(-1n - BigInt(value)));
  }
  if (value instanceof Uint8Array) {
    return join([head(BYTES, value.length), value]);
  }
  if (typeof value === "string") {
    const content = new TextEncoder().encode(value);
    return join([head(TEXT, content.length), content]);
  }
  if (Array.isArray(value)) {
    return join([head(ARRAY, value.length), ...value.map(encode)]);
  }
  const pairs = [...value].map(([key, item]) => [encode(key), encode(item)]);
  pairs.sort(([one], [other]) => compare(one, other));
  return join([head(MAP, pairs.length), ...pairs.flat()]);
}

function head(major, argument) {
  if (argument < 24) {
    return Uint8Array.of((major << 5) | argument);
  }
  const extra = [24, 25, 26, 27].find((_code, place) => BigInt(argument) < 1n << BigInt(8 << place));
  const bytes = new Uint8Array(1 + (1 << (extra - 24)));
  let rest = BigInt(argument);
  for (let place = bytes.length - 1; place > 0; place -= 1) {
    bytes[place] = Number(rest & 255n);
    rest >>= 8n;
  }
  bytes[0] = (major << 5) | extra;
  return bytes;
}

export function join(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function sameBytes(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

const LONGEST = 7; // bytes: numbers below 2^49

// The whole numbers of exactly these bytes (LEB128, each in its shortest form). Throws Malformed.
export function* varints(data) {
  let [value, size] = [0, 0];
  for (const byte of data) {
    value += (byte & 127) * 128 ** size;
    size += 1;
    if (byte & 128) {
      if (size === LONGEST) {
        throw new Malformed("a number longer than any");
      }
      continue;
    }
    if (byte === 0 && size > 1) {
      throw new Malformed("a number written longer than needed");
    }
    yield value;
    [value, size] = [0, 0];
  }
  if (size) {
    throw new Malformed("a number that is cut off");
  }
}
