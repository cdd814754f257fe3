// Validates a SARIF log with the published schema: the log on stdin, a JSON list of what is wrong on stdout.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";

const require = createRequire(import.meta.url);
const folder = require.resolve("@microsoft/jest-sarif/package.json").replace(/package\.json$/, "");
const schema = JSON.parse(readFileSync(`${folder}lib/schemas/sarif-2.1.0-rtm.5.json`, "utf8"));
const validate = addFormats(new Ajv({ allErrors: true, strict: false, unicodeRegExp: false })).compile(schema);
const valid = validate(JSON.parse(readFileSync(0, "utf8")));
console.log(JSON.stringify(valid ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`)));
