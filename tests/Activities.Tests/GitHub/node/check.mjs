// traffic  calls with their answers: whether GitHub's published description of its API takes both
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { Exchange, judge, nullable } from '../../exchange.mjs';

function traffic() {
  const api = JSON.parse(readFileSync(new URL('node_modules/@octokit/openapi/api.github.com.json', import.meta.url), 'utf8'));
  nullable(api);
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  ajv.addSchema(api, 'api');
  return (exchange) => new Exchange(api, ajv, exchange, [304, 401, 403, 404, 422]).check();
}

await judge({ traffic }, await text(process.stdin));
