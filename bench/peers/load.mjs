// The same load as ours: so many workflows in flight, each counted when its caller has the result.

const run = async (workflow, inFlight, seconds) => {
  const started = performance.now();
  const latencies = [];
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (performance.now() - started < seconds * 1000) {
      const begun = performance.now();
      const result = await workflow('in');
      if (result !== 'inxxx') throw new Error(`The workflow answered ${JSON.stringify(result)}.`);
      latencies.push(performance.now() - begun);
    }
  }));

  const elapsed = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    inFlight,
    perSecond: latencies.length / elapsed,
    p50: latencies[latencies.length >> 1],
    p99: latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * 0.99))],
  };
};

/** Warms up, measures one and 64 in flight, and prints the figures as a line of JSON. */
export const measure = async (workflow, seconds, about) => {
  await run(workflow, 64, 3);
  const runs = [];
  for (const inFlight of [1, 64]) runs.push(await run(workflow, inFlight, seconds));
  console.log(JSON.stringify({ ...about, runs }));
};
