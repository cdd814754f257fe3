// Restate's server with its defaults, its data in a new folder; service and caller in this process.
// Usage: node main.mjs SECONDS FOLDER. Ends, with its server, when its input closes.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { measure } from '../load.mjs';

// Of Node 22, which the SDK expects.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((a, b) => { resolve = a; reject = b; });
  return { promise, resolve, reject };
};
const restate = await import('@restatedev/restate-sdk');
const clients = await import('@restatedev/restate-sdk-clients');

const require = createRequire(import.meta.url);
const { version } = require('@restatedev/restate-server/package.json');
const binary = require.resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`);
const [seconds, folder] = [Number(process.argv[2]), process.argv[3]];

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

const until = async (what, condition) => {
  for (let tries = 0; tries < 300; tries++) {
    if (await condition().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not happen within 30 s.`);
};

const [ingress, admin, fabric, own] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
const server = spawn(binary, ['--no-logo', '--base-dir', folder, '--node-name', 'bench'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`,
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_LOG_FILTER: 'error,octocrab=off',
    DO_NOT_TRACK: '1',
  },
});
server.on('exit', (code) => process.exit(code ?? 1));
const stop = () => {
  server.removeAllListeners('exit');
  server.once('exit', () => process.exit(process.exitCode ?? 0));
  server.kill('SIGTERM');
};
process.stdin.on('end', stop).resume();

try {
  const bench = restate.service({
    name: 'bench',
    handlers: {
      three: async (context, input) => {
        let value = input;
        for (let i = 0; i < 3; i++) {
          const before = value;
          value = await context.run('step', () => before + 'x');
        }
        return value;
      },
    },
  });
  await restate.serve({ services: [bench], port: own, logger: () => {} });

  await until('A start of Restate', async () => (await fetch(`http://127.0.0.1:${admin}/health`)).ok);
  await until('A registration with Restate', async () => {
    const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${own}` }),
    });
    return answer.ok;
  });

  const client = clients.connect({ url: `http://127.0.0.1:${ingress}` }).serviceClient({ name: 'bench' });
  await until('A first answer', async () => (await client.three('in')) === 'inxxx');
  await measure((input) => client.three(input), seconds, {
    name: `Restate ${version}`,
    settings: 'its own server beside, defaults (rocksdb-disable-wal-fsync = false), SDK service and client in one process',
  });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  stop();
}
