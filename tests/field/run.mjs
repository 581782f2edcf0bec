// Puts what is asked on standard input to the pure part of the field app: [[function, …arguments], …] in, answers out, as JSON.
import { readFileSync } from "node:fs";
import * as courier from "../../static/src/js/app/courier.js";
import * as ending from "../../static/src/js/field/ending.js";
import * as standing from "../../static/src/js/field/standing.js";
import * as unsent from "../../static/src/js/app/unsent.js";

const known = { ...courier, ...ending, ...standing, ...unsent };
const asked = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(asked.map(([name, ...given]) => known[name](...given))));
