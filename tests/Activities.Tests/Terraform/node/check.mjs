// traffic  calls with their answers: whether HashiCorp's published description of the API takes both
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { Exchange, judge, nullable } from '../../exchange.mjs';

function traffic() {
  const api = JSON.parse(readFileSync(new URL('../specs/terraform-cloud-v2.json', import.meta.url), 'utf8'));
  nullable(api);
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  ajv.addSchema(api, 'api');
  return (exchange) => new Exchange(api, ajv, exchange, [401, 403, 404, 409, 422], 'application/vnd.api+json').check();
}

await judge({ traffic }, await text(process.stdin));
