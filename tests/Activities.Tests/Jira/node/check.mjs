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

class Exchange {
  constructor(api, ajv, exchange) {
    Object.assign(this, { api, ajv, exchange });
  }

  check() {
    const { method, path, query, status } = this.exchange;
    const template = Object.keys(this.api.paths).find((known) => matches(known, path) && this.api.paths[known][method.toLowerCase()]);
    if (!template) throw new Error(`${method} ${path} is not in the description`);
    const pointer = ['paths', template, method.toLowerCase()];
    const operation = at(this.api, pointer);
    for (const name of new URLSearchParams(query).keys()) {
      if (!operation.parameters?.some((known) => known.in === 'query' && known.name === name)) throw new Error(`${method} ${template} has no parameter ${name}`);
    }

    this.body([...pointer, 'requestBody', 'content', 'application/json', 'schema'], this.exchange.body, operation.requestBody?.required);
    if (!operation.responses[status]) {
      if (status === 429 || status >= 500) return; // what any operation may answer is not described
      throw new Error(`${method} ${template} does not answer ${status}`);
    }

    if (status < 300) this.body([...pointer, 'responses', status, 'content', 'application/json', 'schema'], this.exchange.answer, false);
  }

  body(pointer, written, required) {
    const schema = at(this.api, pointer);
    if (!written || !schema) {
      if (required && !written) throw new Error('a body is required');
      if (written && written !== '{}' && !schema) throw new Error('a body is not described');
      return;
    }

    check(this.ajv.getSchema(`api#/${pointer.map(escape).join('/')}`), JSON.parse(written));
  }
}

const at = (value, pointer) => pointer.reduce((inner, key) => inner?.[key], value);
const escape = (key) => encodeURIComponent(String(key).replaceAll('~', '~0').replaceAll('/', '~1'));
const matches = (template, path) => new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);

function check(validate, value) {
  if (!validate(value)) throw new Error(validate.errors.map((error) => `${error.instancePath} ${error.message}`).join('; '));
}

const { kind, items } = JSON.parse(await text(process.stdin));
const read = { wiki, adf, traffic }[kind]();
const answers = items.map((item) => {
  try {
    return { value: read(item) ?? null };
  } catch (error) {
    return { error: String(error.message) };
  }
});
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
