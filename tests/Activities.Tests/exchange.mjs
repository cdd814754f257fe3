// A call with its answer, held to a description of an API (OpenAPI 3.0), given as it was parsed and added to a validator as 'api'.
export class Exchange {
  // What any operation may answer is not described with each of them: besides 429 and 5xx, the statuses that are given.
  constructor(api, ajv, exchange, undescribed = [], media = 'application/json') {
    Object.assign(this, { api, ajv, exchange, media, undescribed: [429, ...undescribed] });
  }

  check() {
    const { method, path, query, status } = this.exchange;
    const template = Object.keys(this.api.paths).find((known) => this.matches(known, method.toLowerCase(), path));
    if (!template) throw new Error(`${method} ${path} is not in the description`);
    const pointer = ['paths', template, method.toLowerCase()];
    const operation = at(this.api, pointer);
    for (const name of new URLSearchParams(query).keys()) {
      if (!operation.parameters?.some((known) => isQuery(this.resolved(known), name))) throw new Error(`${method} ${template} has no parameter ${name}`);
    }

    this.body([...pointer, 'requestBody', 'content', this.media, 'schema'], this.exchange.body, operation.requestBody?.required);
    if (!operation.responses[status]) {
      if (status >= 500 || this.undescribed.includes(status)) return;
      throw new Error(`${method} ${template} does not answer ${status}`);
    }

    if (status < 300) this.body([...pointer, 'responses', status, 'content', this.media, 'schema'], this.exchange.answer, false);
  }

  matches(template, method, path) {
    const operation = this.api.paths[template][method];
    if (!operation) return false;

    // A branch or a path has slashes of its own, where the description says so.
    const long = (name) => operation.parameters?.some((known) => this.resolved(known).name === name && this.resolved(known)['x-multi-segment']);
    const pattern = template.replace(/[.]/g, '\\.').replace(/\{([^}]+)\}/g, (_, name) => (long(name) ? '.+' : '[^/]+'));
    return new RegExp(`^${pattern}$`).test(path);
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

  resolved(part) {
    return part.$ref ? at(this.api, part.$ref.split('/').slice(1)) : part;
  }
}

const at = (value, pointer) => pointer.reduce((inner, key) => inner?.[key], value);
const escape = (key) => encodeURIComponent(String(key).replaceAll('~', '~0').replaceAll('/', '~1'));
const isQuery = (parameter, name) => parameter.in === 'query' && parameter.name === name;

// The validator takes "nullable" beside a type only.
export function nullable(part) {
  if (part === null || typeof part !== 'object') return;
  Object.values(part).forEach(nullable);
  if (part.nullable !== true || part.type) return;

  const { nullable: _, ...rest } = part;
  for (const key of Object.keys(part)) delete part[key];
  part.anyOf = [rest, { type: 'object', nullable: true, enum: [null] }];
}

export function check(validate, value) {
  if (!validate(value)) throw new Error(validate.errors.map((error) => `${error.instancePath} ${error.message}`).join('; '));
}

// Reads {"kind", "items"} from the standard input and writes, for each item, {"value"} or {"error"}.
export async function judge(kinds, input) {
  const { kind, items } = JSON.parse(input);
  const read = kinds[kind]();
  const answers = items.map((item) => {
    try {
      return { value: read(item) ?? null };
    } catch (error) {
      return { error: String(error.message) };
    }
  });
  process.stdout.write(JSON.stringify(answers), () => process.exit(0));
}
