// DBOS in process, on the PostgreSQL database in DATABASE_URL. Usage: node main.mjs SECONDS
import { DBOS } from '@dbos-inc/dbos-sdk';
import { createRequire } from 'node:module';
import { measure } from '../load.mjs';

const { version } = createRequire(import.meta.url)('./node_modules/@dbos-inc/dbos-sdk/package.json');
const poolSize = Number(process.env.PAO_BENCH_DBOS_POOL ?? 20);

DBOS.setConfig({
  name: 'pao-bench',
  systemDatabaseUrl: process.env.DATABASE_URL,
  systemDatabasePoolSize: poolSize,
  logLevel: 'error',
});

const three = DBOS.registerWorkflow(async (input) => {
  let value = input;
  for (let i = 0; i < 3; i++) {
    const before = value;
    value = await DBOS.runStep(async () => before + 'x', { name: 'step' });
  }
  return value;
}, { name: 'three' });

await DBOS.launch();
await measure((input) => three(input), Number(process.argv[2]), {
  name: `DBOS ${version}`,
  settings: `in process, called directly, ${poolSize} connections, the server's synchronous_commit`,
});
await DBOS.shutdown();
