// Writes terraform-cloud-v2.json beside this file: of HashiCorp's published OpenAPI description, only what the service calls.
//   node reduce.mjs /path/to/terraform-cloud-v2.json
import { readFileSync, writeFileSync } from 'node:fs';

const used = {
  '/api/v2/organizations/{organization_name}/workspaces/{workspace_name}': ['get'],
  '/api/v2/organizations/{organization_name}/workspaces': ['post'],
  '/api/v2/workspaces/{workspace_id}/configuration-versions': ['post'],
  '/api/v2/configuration-versions/{configuration_version_id}': ['get'],
  '/api/v2/runs': ['post'],
  '/api/v2/runs/{run_id}': ['get'],
  '/api/v2/runs/{run_id}/actions/apply': ['post'],
  '/api/v2/workspaces/{workspace_id}/runs': ['get'],
  '/api/v2/workspaces/{workspace_id}/current-state-version-outputs': ['get'],
  '/api/v2/state-version-outputs/{state_version_output_id}': ['get'],
  '/api/v2/workspaces/{workspace_id}/vars': ['get', 'post'],
  '/api/v2/workspaces/{workspace_id}/vars/{id}': ['patch'],
};
const whole = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const words = new Set(['description', 'example', 'examples', 'summary', 'tags', 'security']);
const maps = new Set(['properties', 'responses', 'schemas']);
const bare = (node, isMap = false) =>
  Array.isArray(node)
    ? node.map((one) => bare(one))
    : node && typeof node === 'object'
      ? Object.fromEntries(
          Object.entries(node)
            .filter(([key]) => isMap || (!words.has(key) && !key.startsWith('x-')))
            .map(([key, value]) => [key, bare(value, !isMap && maps.has(key))]),
        )
      : node;

const paths = Object.fromEntries(
  Object.entries(used).map(([path, methods]) => [path, Object.fromEntries(methods.map((method) => [method, bare(whole.paths[path][method])]))]),
);
const components = { schemas: {}, parameters: {} };
const collect = (node) => {
  for (const [, kind, name] of JSON.stringify(node).matchAll(/"#\/components\/(schemas|parameters)\/([^"]+)"/g)) {
    if (!components[kind][name]) {
      components[kind][name] = bare(whole.components[kind][name]);
      collect(components[kind][name]);
    }
  }
};
collect(paths);
const { title, version, license } = whole.info;
const info = { title, version, license, description: 'Reduced to what the service calls, without words; see README.md.' };
writeFileSync(new URL('terraform-cloud-v2.json', import.meta.url), `${JSON.stringify({ openapi: whole.openapi, info, paths, components }, null, 1)}\n`);
