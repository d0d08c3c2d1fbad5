// `npm run demo`: everything from a fresh clone to a report. Options are those of `qgan demo` (--help lists them).
import { join } from "node:path";
import { argv, execPath, exit } from "node:process";
import { root, run, setUp } from "./setup.mjs";

setUp();
exit(run(execPath, [join(root, "packages", "qgan-lab", "dist", "qgan.js"), "demo", ...argv.slice(2)], { stdout: 1 }));
