// A Durable Task worker and client on a hub, told what to do by lines of JSON on standard input:
//   {"id": 1, "op": "schedule", "args": [...]}  →  {"id": 1, "result": ...} or {"id": 1, "code": 6, "error": "..."}
// Usage: node host.mjs ADDRESS HUB [orchestrators] [activities]
import { createInterface } from "node:readline";
import { Metadata } from "@grpc/grpc-js";
import { NoOpLogger, PurgeInstanceCriteria, TaskHubGrpcClient, TaskHubGrpcWorker, terminateOptions } from "@microsoft/durabletask-js";
import { activities, orchestrators } from "./tasks.mjs";

const [hostAddress, hub, ...roles] = process.argv.slice(2);
const metadataGenerator = async () => {
  const metadata = new Metadata();
  metadata.set("taskhub", hub);
  return metadata;
};
const options = { hostAddress, metadataGenerator, logger: new NoOpLogger() };
const client = new TaskHubGrpcClient(options);

if (roles.length > 0) {
  const worker = new TaskHubGrpcWorker({ ...options, workItemFilters: "auto" });
  if (roles.includes("orchestrators"))
    for (const [name, run] of Object.entries(orchestrators)) worker.addNamedOrchestrator(name, run);
  if (roles.includes("activities"))
    for (const [name, run] of Object.entries(activities)) worker.addNamedActivity(name, run);
  await worker.start();
}

const stateOf = (state) =>
  state && {
    id: state.instanceId,
    name: state.name,
    status: state.runtimeStatus,
    createdAt: state.createdAt,
    updatedAt: state.lastUpdatedAt,
    input: state.serializedInput,
    output: state.serializedOutput,
    customStatus: state.serializedCustomStatus,
    failure: state.failureDetails && { type: state.failureDetails.errorType, message: state.failureDetails.message },
    tags: state.tags ?? {},
  };

const criteriaOf = ({ createdFrom, statuses }) => {
  const criteria = new PurgeInstanceCriteria();
  if (createdFrom) criteria.setCreatedTimeFrom(new Date(createdFrom));
  criteria.setRuntimeStatusList(statuses ?? []);
  criteria.setTimeout(30000);
  return criteria;
};

const operations = {
  schedule: (name, input, { id, startAt, version, tags } = {}) =>
    client.scheduleNewOrchestration(name, input ?? undefined, {
      instanceId: id,
      startAt: startAt ? new Date(startAt) : undefined,
      version,
      tags,
    }),
  waitForStart: async (id) => stateOf(await client.waitForOrchestrationStart(id, true, 30)),
  waitForCompletion: async (id) => stateOf(await client.waitForOrchestrationCompletion(id, true, 60)),
  get: async (id) => stateOf(await client.getOrchestrationState(id, true)),
  raise: (id, name, payload) => client.raiseOrchestrationEvent(id, name, payload),
  terminate: (id, output, recursive) => client.terminateOrchestration(id, terminateOptions({ output, recursive })),
  suspend: (id) => client.suspendOrchestration(id),
  resume: (id) => client.resumeOrchestration(id),
  rewind: (id, reason) => client.rewindInstance(id, reason),
  restart: (id, withNewId) => client.restartOrchestration(id, withNewId),
  purge: async (id, recursive) => (await client.purgeOrchestration(id, { recursive })).deletedInstanceCount,
  purgeAll: async (filter) => (await client.purgeOrchestration(criteriaOf(filter))).deletedInstanceCount,
  query: async ({ prefix, statuses, createdFrom, pageSize }) => {
    const pages = [];
    const filter = {
      instanceIdPrefix: prefix,
      statuses: statuses ?? undefined,
      createdFrom: createdFrom ? new Date(createdFrom) : undefined,
      pageSize,
      fetchInputsAndOutputs: true,
    };
    for await (const page of client.getAllInstances(filter).asPages()) pages.push(page.values.map(stateOf));
    return pages;
  },
  listIds: async ({ pageSize, completedFrom, after }) => {
    const page = await client.listInstanceIds({
      pageSize,
      completedTimeFrom: new Date(completedFrom),
      lastInstanceKey: after ?? undefined,
    });
    return { ids: page.values, next: page.continuationToken ?? null };
  },
  history: async (id) => (await client.getOrchestrationHistory(id)).map((event) => event.type),
};

const codeOf = (error) => error?.code ?? error?.cause?.code ?? null;

const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");
say({ id: 0, result: "ready" });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, op, args } = JSON.parse(line);
  Promise.resolve()
    .then(() => operations[op](...args))
    .then((result) => say({ id, result: result ?? null }))
    .catch((error) => say({ id, code: codeOf(error), error: String(error?.message ?? error) }));
}
process.exit(0);
