// Takes a few DCGAN steps on the backend in argv[2] and prints how many MB the process grew by at its peak.
import { argv, exit, memoryUsage, resourceUsage } from "node:process";
import { type BackendName, ready } from "tfjs-train";
import { dcganCase } from "./tfjs-train.ts";

const STEPS = 5;
const backend = argv[2] as BackendName; // ready refuses what it does not know
await ready({ backend, threads: 1 });
const before = memoryUsage.rss();
const { run } = dcganCase(backend);
for (let step = 0; step < STEPS; step++) await run();
console.log((resourceUsage().maxRSS / 1024 - before / 2 ** 20).toFixed(0));
exit(0);
