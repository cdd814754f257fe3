// Validates documents with the published schemas, as editors do: one JSON value per line in, one verdict per line out.
//   node validate.mjs FOLDER < documents     FOLDER holds the schemas
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const folder = process.argv[2];
const ajv = addFormats(new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }));
for (const file of readdirSync(folder)) {
  ajv.addSchema(JSON.parse(readFileSync(join(folder, file), "utf8")));
}

const validate = ajv.getSchema("catalog-document.json");
for await (const line of createInterface({ input: process.stdin })) {
  const valid = validate(JSON.parse(line));
  console.log(JSON.stringify(valid ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`)));
}
