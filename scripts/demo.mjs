// `npm run demo`: everything from a fresh clone to a report. Options are those of `qgan demo` (--help lists them).
import { spawn } from "node:child_process";
import { join } from "node:path";
import process, { argv, execPath, exit } from "node:process";
import { root, setUp } from "./setup.mjs";

setUp();
// Ctrl-C reaches the demo as well, which saves and tells how to go on; this process waits for it.
process.on("SIGINT", () => {});
const demo = spawn(execPath, [join(root, "packages", "qgan-lab", "dist", "qgan.js"), "demo", ...argv.slice(2)], {
  stdio: "inherit",
});
process.on("SIGTERM", () => demo.kill("SIGTERM"));
demo.on("exit", (code, signal) => exit(code ?? (signal ? 130 : 1)));
