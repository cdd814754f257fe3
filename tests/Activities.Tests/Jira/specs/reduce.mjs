// Writes jira-cloud-v3.json beside this file: of JIRA's published OpenAPI description, only what the service calls.
//   node reduce.mjs /path/to/swagger-v3.v3.json
import { readFileSync, writeFileSync } from 'node:fs';

const used = {
  '/rest/api/3/issue': ['post'],
  '/rest/api/3/issue/{issueIdOrKey}': ['get'],
  '/rest/api/3/issue/{issueIdOrKey}/comment': ['get', 'post'],
  '/rest/api/3/issue/{issueIdOrKey}/transitions': ['get', 'post'],
  '/rest/api/3/issueLink': ['post'],
  '/rest/api/3/search/jql': ['post'],
  '/rest/api/3/field': ['get'],
  '/rest/api/3/project/{projectIdOrKey}/statuses': ['get'],
};
const whole = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const words = new Set(['description', 'example', 'examples', 'summary', 'tags', 'security']);
const bare = (node, isMap = false) =>
  Array.isArray(node)
    ? node.map((one) => bare(one))
    : node && typeof node === 'object'
      ? Object.fromEntries(
          Object.entries(node)
            .filter(([key]) => isMap || (!words.has(key) && !key.startsWith('x-')))
            .map(([key, value]) => [key, bare(value, !isMap && (key === 'properties' || key === 'responses' || key === 'schemas'))]),
        )
      : node;

const paths = Object.fromEntries(
  Object.entries(used).map(([path, methods]) => [path, Object.fromEntries(methods.map((method) => [method, bare(whole.paths[path][method])]))]),
);
const schemas = {};
const collect = (node) => {
  for (const [, name] of JSON.stringify(node).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (!schemas[name]) {
      schemas[name] = bare(whole.components.schemas[name]);
      collect(schemas[name]);
    }
  }
};
collect(paths);
const { title, version, license } = whole.info;
const reduced = {
  openapi: whole.openapi,
  info: { title, version, license, description: 'Reduced to what the service calls, without words; see README.md.' },
  paths,
  components: { schemas },
};
writeFileSync(new URL('jira-cloud-v3.json', import.meta.url), `${JSON.stringify(reduced, null, 1)}\n`);
