// `npm run check`: all that a change must pass. `--no-tests` leaves out `npm test`; `--fix` writes API reports and formats.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { argv, execPath, exit } from "node:process";
import { root, run, runBin, setUp } from "./setup.mjs";

const isFix = argv.includes("--fix");
const withTests = !argv.includes("--no-tests");
setUp();

const packages = readdirSync(join(root, "packages"));
const inPackages = (check) => () => packages.map(check).find((status) => status !== 0) ?? 0;
const checks = {
  "lint and format": () => runBin("@biomejs/biome", "biome", ["check", ...(isFix ? ["--write"] : []), "."]),
  types: () => runBin("typescript", "tsc", ["--noEmit"]),
  ...(withTests ? { tests: () => runBin("vitest", "vitest", ["run"]) } : {}),
  "package contents (publint)": inPackages((name) =>
    runBin("publint", "publint", ["run", join("packages", name), "--strict"], { stdout: "ignore" }),
  ),
  "type resolution (attw)": inPackages((name) =>
    runBin("@arethetypeswrong/cli", "attw", ["--pack", join("packages", name), "--profile", "esm-only", "--quiet"]),
  ),
  "API reports": () => run(execPath, [join(root, "scripts", "api-reports.mjs"), ...(isFix ? ["--fix"] : [])]),
  "unused files, exports and dependencies (knip)": () => runBin("knip", "knip", []),
  // Files as they are; and the core entry of quantum-sim as a bundler leaves it, by a plugin that would take over all others.
  "bundle sizes": () =>
    runBin("size-limit", "size-limit", []) ||
    runBin("size-limit", "size-limit", [], { cwd: join(root, "packages", "quantum-sim") }),
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const started = performance.now();
  const isGood = check() === 0;
  if (!isGood) failed++;
  console.log(`${isGood ? "ok    " : "FAILED"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
console.log(`checks: ${Object.keys(checks).length - failed} passed, ${failed} failed`);
exit(failed === 0 ? 0 : 1);
