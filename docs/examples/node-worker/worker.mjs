// Carries out the activity CreateTeamPage, which the catalog item team-page.yaml names: writes a page for a team.
//   PAO_HUB    where PAO serves its hub (./run --grpc-urls), default 127.0.0.1:4001
//   PAGES      the folder that pages are written to, default ./pages
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Metadata } from "@grpc/grpc-js";
import { TaskHubGrpcWorker } from "@microsoft/durabletask-js";

const pages = resolve(process.env.PAGES ?? "pages");

const escape = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

// PAO calls at least once, and each time for one action with the same key: the same key must have the same effect.
// Here the file is named by the request, so that a second call writes the same page again. Where your system takes an
// idempotency key, hand idempotency_key on.
async function createTeamPage(_, { idempotency_key, request_id, input }) {
  if (!/^[0-9a-f-]{36}$/.test(request_id)) throw new Error(`'${request_id}' is no request id.`);

  await mkdir(pages, { recursive: true });
  const file = join(pages, `${request_id}.html`);
  await writeFile(`${file}.new`, `<!doctype html><title>${escape(input.team)}</title><p>${escape(input.purpose)}</p>\n`);
  await rename(`${file}.new`, file);
  console.log(`${idempotency_key}: wrote ${file}`);
  return { url: pathToFileURL(file).href, team: input.team };
}

const worker = new TaskHubGrpcWorker({
  hostAddress: process.env.PAO_HUB ?? "127.0.0.1:4001",
  metadataGenerator: async () => {
    const metadata = new Metadata();
    metadata.set("taskhub", "default");
    return metadata;
  },
  workItemFilters: "auto", // only what is registered below; all else is for other workers
});
worker.addNamedActivity("CreateTeamPage", createTeamPage);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await worker.stop();
    process.exit(0);
  });
}

await worker.start();
console.log("Waiting for work. Ctrl-C ends the worker.");
