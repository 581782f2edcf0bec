// Verifying SM2 signatures (GB/T 32918.2) over SM3, which WebCrypto does not have: the twin of certificates/signers/sm2.py.
// Only public values are worked on, so that plain arithmetic does no harm.

import { join } from "./licence-cbor.js";

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const BASE = [
  0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
];
const SIGNER_NAME = new TextEncoder().encode("1234567812345678");
const SPKI = bytesOf(0x3059301306072a8648ce3d020106082a811ccf5501822d03420004n, 27);

// How a SubjectPublicKeyInfo's key verifies: (signature of 64 bytes, message) → boolean. Throws TypeError for another key.
export function sm2Verifier(spki) {
  if (spki.length !== SPKI.length + 64 || !SPKI.every((byte, place) => byte === spki[place])) {
    throw new TypeError("not a public key for SM2");
  }
  const key = [numberOf(spki.subarray(-64, -32)), numberOf(spki.subarray(-32))];
  if (key.some((part) => part >= P) || mod(key[1] ** 2n - (key[0] ** 2n + A) * key[0] - B)) {
    throw new TypeError("not a point of SM2's curve");
  }
  const name = join([Uint8Array.of(0, 8 * SIGNER_NAME.length), SIGNER_NAME]);
  const about = sm3(join([name, ...[A, B, ...BASE, ...key].map((part) => bytesOf(part, 32))]));
  return (signature, message) => verifies(key, signature, sm3(join([about, message])));
}

function verifies(key, signature, digest) {
  const [r, s] = [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32))];
  const both = (r + s) % ORDER;
  if (r === 0n || r >= ORDER || s === 0n || s >= ORDER || both === 0n) {
    return false;
  }
  const x = sumOf(s, BASE, both, key);
  return x !== null && (numberOf(digest) + x - r) % ORDER === 0n;
}

function numberOf(bytes) {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function bytesOf(number, length) {
  const hex = number.toString(16).padStart(2 * length, "0");
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

// The x of first · one + second · other; null where that is the point at infinity.
function sumOf(first, one, second, other) {
  const [base, key] = [[...one, 1n], [...other, 1n]];
  const table = [[0n, 1n, 0n], base, key, add(base, key)];
  let total = table[0];
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    total = add(double(total), table[Number((first >> bit) & 1n) + 2 * Number((second >> bit) & 1n)]);
  }
  const [x, , z] = total;
  return z === 0n ? null : mod(x * inverse(z * z));
}

// Fermat: z to the power of P − 2.
function inverse(value) {
  let [power, result, left] = [mod(value), 1n, P - 2n];
  while (left) {
    if (left & 1n) {
      result = mod(result * power);
    }
    power = mod(power * power);
    left >>= 1n;
  }
  return result;
}

// Jacobian coordinates: x / z², y / z³; z is zero at infinity.
function double([x, y, z]) {
  const square = mod(y * y);
  const middle = mod(4n * x * square);
  const slope = mod(3n * (x - z * z) * (x + z * z));
  const across = mod(slope * slope - 2n * middle);
  return [across, mod(slope * (middle - across) - 8n * square * square), mod(2n * y * z)];
}

function add(one, other) {
  const [[x1, y1, z1], [x2, y2, z2]] = [one, other];
  if (z1 === 0n || z2 === 0n) {
    return z1 === 0n ? other : one;
  }
  const [zz1, zz2] = [mod(z1 * z1), mod(z2 * z2)];
  const [u1, u2] = [mod(x1 * zz2), mod(x2 * zz1)];
  const [s1, s2] = [mod(y1 * zz2 * z2), mod(y2 * zz1 * z1)];
  if (u1 === u2) {
    return s1 === s2 ? double(one) : [0n, 1n, 0n];
  }
  const [across, up] = [u2 - u1, s2 - s1];
  const square = mod(across * across);
  const [cube, middle] = [mod(square * across), mod(u1 * square)];
  const x = mod(up * up - cube - 2n * middle);
  return [x, mod(up * (middle - x) - s1 * cube), mod(across * z1 * z2)];
}

const rotate = (word, by) => ((word << by % 32) | (word >>> ((32 - (by % 32)) % 32))) >>> 0;
const spread0 = (word) => (word ^ rotate(word, 9) ^ rotate(word, 17)) >>> 0;
const spread1 = (word) => (word ^ rotate(word, 15) ^ rotate(word, 23)) >>> 0;
const START = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
];

// The hash of GB/T 32905.
export function sm3(data) {
  const blocks = new Uint8Array(64 * Math.ceil((data.length + 9) / 64));
  blocks.set(data);
  blocks[data.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setBigUint64(blocks.length - 8, BigInt(data.length) * 8n);
  let state = START;
  for (let at = 0; at < blocks.length; at += 64) {
    state = compress(state, view, at);
  }
  return join(state.map((word) => Uint8Array.of(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255)));
}

function compress(state, view, at) {
  const words = Array.from({ length: 16 }, (_none, place) => view.getUint32(at + 4 * place));
  for (let n = 16; n < 68; n += 1) {
    const mixed = spread1(words[n - 16] ^ words[n - 9] ^ rotate(words[n - 3], 15));
    words.push((mixed ^ rotate(words[n - 13], 7) ^ words[n - 6]) >>> 0);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let n = 0; n < 64; n += 1) {
    const early = n < 16;
    const turned = rotate(a, 12);
    const one = rotate((turned + e + rotate(early ? 0x79cc4519 : 0x7a879d8a, n)) >>> 0, 7);
    const left = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const right = early ? e ^ f ^ g : (e & f) | (~e & g);
    const first = ((left >>> 0) + d + ((one ^ turned) >>> 0) + ((words[n] ^ words[n + 4]) >>> 0)) >>> 0;
    const second = ((right >>> 0) + h + one + words[n]) >>> 0;
    [d, c, b, a] = [c, rotate(b, 9), a, first];
    [h, g, f, e] = [g, rotate(f, 19), e, (second ^ rotate(second, 9) ^ rotate(second, 17)) >>> 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, place) => (word ^ state[place]) >>> 0);
}
