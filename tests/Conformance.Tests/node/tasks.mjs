// The suite's orchestrators and activities, as Tasks/ has them in C#: the same names, the same answers.
import { RetryPolicy, whenAll, whenAny } from "@microsoft/durabletask-js";

const quickly = (maxNumberOfAttempts) => ({
  retry: new RetryPolicy({ maxNumberOfAttempts, firstRetryIntervalInMilliseconds: 10 }),
});

const tries = new Map();

export const activities = {
  echo: (_, value) => value,
  add: (_, { a, b }) => a + b,
  repeat: (_, { text, times }) => text.repeat(times),
  language: () => "javascript",
  fail: (_, message) => {
    throw new Error(message);
  },
  failTimes: (_, { key, times }) => {
    const made = (tries.get(key) ?? 0) + 1;
    tries.set(key, made);
    if (made <= times) throw new Error(`try ${made}`);
    return made;
  },
};

export const orchestrators = {
  done: async function* () {
    return "done";
  },
  nothing: async function* () {
    return null;
  },
  echo: async function* (_, input) {
    return input;
  },
  sequence: async function* (context, count) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum = yield context.callActivity("add", { a: sum, b: 1 });
    return sum;
  },
  echoActivity: async function* (context, input) {
    return yield context.callActivity("echo", input);
  },
  language: async function* (context) {
    return yield context.callActivity("language");
  },
  fanOut: async function* (context, count) {
    const tasks = [];
    for (let i = 0; i < count; i++) tasks.push(context.callActivity("echo", i));
    const values = yield whenAll(tasks);
    return values.reduce((sum, value) => sum + value, 0);
  },
  fastest: async function* (context) {
    const first = context.callActivity("echo", "first");
    const never = context.waitForExternalEvent("never");
    const winner = yield whenAny([first, never]);
    return winner === first ? "first" : "never";
  },
  parent: async function* (context, input) {
    return yield context.callSubOrchestrator("echo", input);
  },
  parentOfNamed: async function* (context, childId) {
    return yield context.callSubOrchestrator("echoActivity", "from the child", { instanceId: childId });
  },
  manyChildren: async function* (context, count) {
    const tasks = [];
    for (let i = 0; i < count; i++) tasks.push(context.callSubOrchestrator("sequence", 2));
    const values = yield whenAll(tasks);
    return values.reduce((sum, value) => sum + value, 0);
  },
  nested: async function* (context, depth) {
    return depth === 0 ? 1 : 1 + (yield context.callSubOrchestrator("nested", depth - 1));
  },
  whoseChild: async function* (context) {
    return context.parent?.instanceId ?? "nobody's";
  },
  asksChild: async function* (context) {
    return yield context.callSubOrchestrator("whoseChild");
  },
  failsInChild: async function* (context, message) {
    yield context.callSubOrchestrator("fails", message);
  },
  catchesChild: async function* (context, message) {
    try {
      yield context.callSubOrchestrator("fails", message);
      return "not caught";
    } catch {
      return "caught";
    }
  },
  timer: async function* (context, milliseconds) {
    const before = context.currentUtcDateTime.getTime();
    yield context.createTimer(new Date(before + milliseconds));
    return context.currentUtcDateTime.getTime() - before >= milliseconds;
  },
  timers: async function* (context) {
    const now = context.currentUtcDateTime.getTime();
    yield whenAll([300, 100, 200].map((wait) => context.createTimer(new Date(now + wait))));
    return "all";
  },
  event: async function* (context) {
    return yield context.waitForExternalEvent("go");
  },
  events: async function* (context, count) {
    const values = [];
    for (let i = 0; i < count; i++) values.push(yield context.waitForExternalEvent("value"));
    return values;
  },
  eventOrTimer: async function* (context, milliseconds) {
    const event = context.waitForExternalEvent("go");
    const timer = context.createTimer(new Date(context.currentUtcDateTime.getTime() + milliseconds));
    return (yield whenAny([event, timer])) === event ? "event" : "timer";
  },
  sends: async function* (context, target) {
    context.sendEvent(target, "go", "from another orchestration");
    return "sent";
  },
  retries: async function* (context, { key, times, attempts }) {
    return yield context.callActivity("failTimes", { key, times }, quickly(attempts));
  },
  failsTimes: async function* (context, { key, times }) {
    return yield context.callActivity("failTimes", { key, times });
  },
  retriesChild: async function* (context, { key, times, attempts }) {
    return yield context.callSubOrchestrator("failsTimes", { key, times }, quickly(attempts));
  },
  fails: async function* (_, message) {
    throw new Error(message);
  },
  failsInActivity: async function* (context, message) {
    yield context.callActivity("fail", message);
  },
  catches: async function* (context, message) {
    try {
      yield context.callActivity("fail", message);
      return "not caught";
    } catch {
      return yield context.callActivity("echo", "compensated");
    }
  },
  status: async function* (context) {
    context.setCustomStatus({ step: 1 });
    yield context.waitForExternalEvent("next");
    context.setCustomStatus({ step: 2 });
    yield context.waitForExternalEvent("next");
    return "done";
  },
  generations: async function* (context, { left, sum }) {
    const next = yield context.callActivity("add", { a: sum, b: 1 });
    if (left === 0) return next;
    context.continueAsNew({ left: left - 1, sum: next }, true);
  },
  gathers: async function* (context, { left, values }) {
    const all = [...values, yield context.waitForExternalEvent("value")];
    if (left === 1) return all;
    context.continueAsNew({ left: left - 1, values: all }, true);
  },
  waitingTree: async function* (context, depth) {
    if (depth > 0)
      yield context.callSubOrchestrator("waitingTree", depth - 1, { instanceId: `${context.instanceId}-child` });
    else yield context.waitForExternalEvent("go");
    return depth;
  },
  version: async function* (context) {
    return context.version;
  },
  versionOfChild: async function* (context, version) {
    return yield context.callSubOrchestrator("version", null, { version });
  },
  certain: async function* (context) {
    const [id, time] = [context.newGuid(), context.currentUtcDateTime.toISOString()];
    yield context.callActivity("echo", "a turn between");
    return (yield context.callActivity("echo", [id, time, context.newGuid()])).length;
  },
  large: async function* (context, kibibytes) {
    const text = yield context.callActivity("repeat", { text: "x".repeat(1024), times: kibibytes });
    return yield context.callActivity("echo", text);
  },
};
