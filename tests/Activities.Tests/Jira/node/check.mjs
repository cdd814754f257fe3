// Reads {"kind", "items"} from the standard input and writes, for each item, {"value"} or {"error"}.
//   wiki     markup: the nodes that Atlassian's own reader makes of it
//   adf      documents: whether Atlassian's schema of documents takes them
//   traffic  calls with their answers: whether the published description of JIRA's API takes both
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import Ajv from 'ajv';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { check, Exchange, judge } from '../../exchange.mjs';

const require = createRequire(import.meta.url);

function wiki() {
  const { WikiMarkupTransformer } = require('@atlaskit/editor-wikimarkup-transformer');
  const transformer = new WikiMarkupTransformer();
  return (markup) => transformer.parse(markup).toJSON().content;
}

function adf() {
  const schema = JSON.parse(readFileSync(require.resolve('@atlaskit/adf-schema/dist/json-schema/v1/full.json'), 'utf8'));
  const validate = new AjvDraft4({ strict: false, allErrors: false }).compile(schema);
  return (document) => check(validate, document);
}

function traffic() {
  const api = JSON.parse(readFileSync(new URL('../specs/jira-cloud-v3.json', import.meta.url), 'utf8'));
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  ajv.addSchema(api, 'api');
  return (exchange) => new Exchange(api, ajv, exchange).check();
}

await judge({ wiki, adf, traffic }, await text(process.stdin));
