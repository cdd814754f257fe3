// Holds a CloudFormation template to AWS's own description of its resources, and to rules of ours.
//   node cloudformation.mjs TEMPLATE   prints findings, one a line, and then "N resources, N properties checked"
import fs from "node:fs";
import spec from "@aws-cdk/aws-service-spec";
import { parse } from "yaml";

const tags = ["Ref", "Sub", "If", "Not", "Equals", "Select", "GetAZs", "GetAtt", "Join"].map(name => ({
  tag: `!${name}`,
  resolve: value => ({ [name === "Ref" ? "Ref" : `Fn::${name}`]: name === "GetAtt" ? split(value) : value }),
}));
const collections = tags.flatMap(({ tag, resolve }) => ["seq", "map"].map(collection => ({
  tag, collection, resolve: node => resolve(node.toJSON()),
})));
const split = value => [value.slice(0, value.indexOf(".")), value.slice(value.indexOf(".") + 1)];

const template = parse(fs.readFileSync(process.argv[2], "utf8"), { customTags: [...tags, ...collections], strict: true });
const database = spec.loadAwsServiceSpecSync();
const findings = [];
const used = new Set();
let properties = 0;
const tell = (where, what) => findings.push(`${where}: ${what}`);
const isMap = value => typeof value === "object" && value !== null && !Array.isArray(value);
const intrinsic = value => isMap(value) && Object.keys(value).length === 1 && /^(Ref|Fn::\w+)$/.test(Object.keys(value)[0]);

// References.
const describe = type => database.lookup("resource", "cloudFormationType", "equals", type)[0];
function refers(where, name) {
  used.add(name);
  if (!name.startsWith("AWS::") && !template.Parameters[name] && !template.Resources[name]) tell(where, `there is no '${name}'`);
}
function attribute(where, [name, path]) {
  refers(where, name);
  const type = template.Resources[name]?.Type;
  if (!type) return tell(where, `'${name}' is no resource`);
  if (!Object.hasOwn(describe(type)?.attributes ?? {}, path)) tell(where, `${type} has no attribute '${path}'`);
}
function resolve(where, value) {
  if (Array.isArray(value)) return value.forEach((one, i) => resolve(`${where}[${i}]`, one));
  if (!isMap(value)) return;
  if (intrinsic(value)) {
    const [[kind, of]] = Object.entries(value);
    if (kind === "Ref") refers(where, of);
    if (kind === "Fn::GetAtt") attribute(where, of);
    if (kind === "Fn::If" && !template.Conditions?.[of[0]]) tell(where, `there is no condition '${of[0]}'`);
    if (kind === "Fn::Sub")
      for (const [, name] of of.matchAll(/\$\{([^}!]+)\}/g)) name.startsWith("AWS::") || !name.includes(".") ? refers(where, name) : attribute(where, split(name));
  }
  for (const [key, one] of Object.entries(value)) resolve(`${where}.${key}`, one);
}

// Properties, by AWS's description.
function check(where, value, type, owner) {
  if (value === null || value === undefined) return tell(where, "has no value");
  if (intrinsic(value)) return value["Fn::If"]?.slice(1).forEach(one => one?.Ref === "AWS::NoValue" || check(where, one, type, owner));
  switch (type.type) {
    case "array":
      return Array.isArray(value) ? value.forEach((one, i) => check(`${where}[${i}]`, one, type.element, owner)) : tell(where, "is to be a list");
    case "ref": {
      const definition = database.get("typeDefinition", type.reference.$ref);
      return isMap(value) ? members(where, value, definition.properties) : tell(where, `is to be a ${definition.name}`);
    }
    case "map":
      return isMap(value) ? Object.entries(value).forEach(([key, one]) => check(`${where}.${key}`, one, type.element, owner)) : tell(where, "is to be a map");
    case "integer": case "number":
      return Number.isFinite(Number(value)) || tell(where, "is to be a number");
    case "boolean":
      return ["true", "false"].includes(String(value)) || tell(where, "is to be true or false");
    case "string":
      if (isMap(value) || Array.isArray(value)) return tell(where, "is to be a text");
      return !type.allowedValues || type.allowedValues.includes(String(value)) || tell(where, `'${value}' is none of ${type.allowedValues.join(", ")}`);
    case "union": {
      const before = findings.length;
      for (const one of type.types) {
        findings.length = before;
        check(where, value, one, owner);
        if (findings.length === before) return;
      }
    }
  }
}
function members(where, value, known) {
  for (const [name, one] of Object.entries(value)) {
    properties++;
    known[name] ? check(`${where}.${name}`, one, known[name].type) : tell(where, `has no property '${name}'`);
  }
  for (const [name, one] of Object.entries(known)) if (one.required && value[name] === undefined) tell(where, `needs '${name}'`);
}

// Rules of ours.
function policies(where, value) {
  if (Array.isArray(value)) return value.forEach(one => policies(where, one));
  if (!isMap(value)) return;
  if (value.Effect === "Allow") {
    const actions = [value.Action].flat();
    if (actions.some(action => action.includes("*"))) tell(where, `allows '${actions}'`);
    const everywhere = actions.filter(action => !["ecr:GetAuthorizationToken", "xray:PutTraceSegments", "xray:PutTelemetryRecords"].includes(action));
    if ([value.Resource].flat().includes("*") && everywhere.length > 0) tell(where, `allows ${everywhere} on everything`);
    if (value.Principal === "*" || value.Principal?.AWS === "*") tell(where, "trusts everybody");
  }
  Object.values(value).forEach(one => policies(where, one));
}
function rules(name, { Type: type, Properties: given = {}, DeletionPolicy: kept }) {
  policies(name, given);
  for (const rule of given.SecurityGroupIngress ?? [])
    if ((rule.CidrIp || rule.CidrIpv6) && rule.CidrIp?.Ref !== "ClientCidr") tell(name, `lets ${rule.CidrIp ?? rule.CidrIpv6} in`);
  for (const flag of ["PubliclyAccessible", "MapPublicIpOnLaunch"]) if (given[flag] === true) tell(name, `${flag} is on`);
  for (const flag of ["StorageEncrypted", "AtRestEncryptionEnabled", "TransitEncryptionEnabled", "Encrypted", "RequireTLS"])
    if (Object.hasOwn(describe(type).properties, flag) && /RDS::DB(Instance|Proxy)$|ElastiCache::ReplicationGroup|EFS::FileSystem/.test(type) && given[flag] !== true)
      tell(name, `${flag} is not on`);
  if (/RDS::DBInstance|S3::Bucket|EFS::FileSystem|Logs::LogGroup/.test(type) && !kept) tell(name, "does not say what its deletion means");
  for (const container of given.ContainerDefinitions ?? []) if (container.ReadonlyRootFilesystem !== true) tell(name, `${container.Name} may write everywhere`);
  if (type.endsWith("::Listener") && !/TLS13-1-3/.test(given.SslPolicy)) tell(name, "takes TLS older than 1.3");
}

for (const [name, resource] of Object.entries(template.Resources)) {
  const type = describe(resource.Type);
  if (!type) {
    tell(name, `'${resource.Type}' is no resource of AWS`);
    continue;
  }
  members(name, resource.Properties ?? {}, type.properties);
  resolve(name, resource.Properties ?? {});
  [resource.DependsOn ?? []].flat().forEach(other => template.Resources[other] || tell(name, `depends on '${other}', which is not there`));
  rules(name, resource);
}
resolve("Outputs", template.Outputs);
resolve("Conditions", template.Conditions);
for (const parameter of Object.keys(template.Parameters)) if (!used.has(parameter)) tell("Parameters", `nothing uses '${parameter}'`);

findings.forEach(finding => console.log(finding));
console.log(`${Object.keys(template.Resources).length} resources, ${properties} properties checked`);
