// Reads the zips in a folder (argv) by both readers; prints how each was refused, in what processor time, and the growth of memory.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { importImages, openDatasetZipFile } from "../node.ts";

const folder = process.argv[2];
const RUNS = 3;

const readers = {
  async dataset(path: string): Promise<void> {
    const dataset = await openDatasetZipFile(path);
    try {
      await dataset.images([0, 1]);
    } finally {
      await dataset.close();
    }
  },
  async importer(path: string): Promise<void> {
    for await (const _ of await importImages({ source: path, strict: true })) void _;
  },
};

async function refuse(read: () => Promise<void>): Promise<{ message: string | undefined; cpuMs: number }> {
  const before = process.cpuUsage();
  const message = await read().then(
    () => undefined,
    (error: Error) => error.message,
  );
  const { user, system } = process.cpuUsage(before);
  return { message, cpuMs: (user + system) / 1000 };
}

const names = readdirSync(folder).sort();
const refusals: { name: string; reader: string; message: string | undefined; cpuMs: number }[] = [];
for (const read of Object.values(readers)) await refuse(() => read(join(folder, names[0]))); // what is loaded once
const startBytes = process.memoryUsage.rss();
for (const [reader, read] of Object.entries(readers))
  for (const name of names) {
    const runs: Awaited<ReturnType<typeof refuse>>[] = [];
    for (let i = 0; i < RUNS; i++) runs.push(await refuse(() => read(join(folder, name))));
    refusals.push({ name, reader, message: runs[0].message, cpuMs: Math.min(...runs.map(({ cpuMs }) => cpuMs)) });
  }
// The peak of all is an upper bound of the growth by each.
console.log(JSON.stringify({ refusals, grownBytes: process.resourceUsage().maxRSS * 1024 - startBytes }));
