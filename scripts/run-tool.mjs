// Runs tools/<name>/main.ts from source: `node scripts/run-tool.mjs golden eval/resize`.
import { join } from "node:path";
import { argv, exit } from "node:process";
import { root, runBin, setUp } from "./setup.mjs";

const [name, ...args] = argv.slice(2);
setUp();
exit(
  runBin("tsx", "tsx", ["--tsconfig", join(root, "tsconfig.json"), join(root, "tools", name, "main.ts"), ...args], { stdout: 1 }),
);
