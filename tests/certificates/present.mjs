// Examines shown codes in Node: {keys, status, at, texts} on standard input, [state, until]… out, as JSON.
import { readFileSync } from "node:fs";
import { examine, split } from "../../static/src/js/licence-present.js";
import { load } from "../../static/src/js/licence-verify.js";

const asked = JSON.parse(readFileSync(0, "utf-8"));
const published = await load(asked.keys, Uint8Array.from(Buffer.from(asked.status, "base64")));
const answers = [];
for (const [text, at] of asked.texts) {
  const { paper, digits } = split(text);
  const { state, until } = await examine(paper, digits, { at: new Date(at), published });
  answers.push([state, until?.getTime() / 1000 || null]);
}
process.stdout.write(JSON.stringify(answers));
