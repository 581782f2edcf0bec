// Times the browser's verifier in Node: `node verify.mjs FOLDER TIMES`. FOLDER has keys.json, status.cbor, and codes.json
// ({name: text}). Prints milliseconds as JSON: for each code the mean of TIMES verifications, and for reading the list.

import { readFileSync } from "node:fs";
import { load, renew, verify } from "../static/src/js/licence-verify.js";

const [folder, times] = [process.argv[2], Number(process.argv[3])];
const read = (name) => readFileSync(`${folder}/${name}`);
const status = new Uint8Array(read("status.cbor"));
const published = await load(read("keys.json").toString(), status);
const at = new Date(JSON.parse(read("codes.json").toString()).at);

async function mean(work, count) {
  await work();
  const begun = performance.now();
  for (let n = 0; n < count; n += 1) {
    await work();
  }
  return (performance.now() - begun) / count;
}

const told = {};
for (const [name, text] of Object.entries(JSON.parse(read("codes.json").toString()).codes)) {
  const { verdict } = await verify(text, { at, published });
  if (verdict !== "valid") {
    throw new Error(`${name}: ${verdict}`);
  }
  told[name] = await mean(() => verify(text, { at, published }), times);
}
told.list = await mean(() => renew(published, status), 10);
process.stdout.write(JSON.stringify(told));
