// What CI runs (.ci/run): the demo on real images with a kill and a resume, every test, every golden suite, every check, every
// test again on tfjs-node.
// Closes with "N passed, N failed"; exit code 1 when anything failed.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { execPath, exit } from "node:process";
import { stripVTControlCharacters } from "node:util";
import { root, setUp } from "./setup.mjs";

const shared = join(root, "..", "shared");
for (const part of ["golden", "data"])
  if (!existsSync(join(shared, part))) {
    console.error(`CI needs ${join("..", "shared", part)} beside the clone; it is not there.`);
    console.log("0 passed, 1 failed");
    exit(1);
  }

const counts = { passed: 0, failed: 0 };

/** Runs one part, showing its output as it comes; its own counts are read from its last lines, else it counts as one. */
async function part(name, script, args) {
  const started = performance.now();
  console.log(`\n=== ${name}`);
  const child = spawn(execPath, [join(root, "scripts", script), ...args], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    process.stdout.write(text);
  });
  const [status] = await once(child, "close");
  const plain = stripVTControlCharacters(output);
  const own = plain.match(/^(?:[\w ]+: )?(\d+) passed, (\d+) failed/m);
  const vitest = plain.match(/^\s*Tests\s+(?:(\d+) failed \| )?(\d+) passed/m);
  let [passed, failed] = [status === 0 ? 1 : 0, status === 0 ? 0 : 1];
  if (own) [passed, failed] = [Number(own[1]), Number(own[2])];
  else if (vitest) [passed, failed] = [Number(vitest[2]), Number(vitest[1] ?? 0)];
  // A part that exits with an error has failed, whatever it counted.
  if (status !== 0 && failed === 0) failed = 1;
  counts.passed += passed;
  counts.failed += failed;
  console.log(
    `--- ${name}: ${status === 0 ? "ok" : `exit ${status}`} in ${((performance.now() - started) / 60_000).toFixed(1)} min`,
  );
}

setUp();
const demoFolder = mkdtempSync(join(tmpdir(), "qgan-ci-demo-"));
await part("demo on real images, killed and resumed", "ci-demo.mjs", [demoFolder]);
await part("tests", "test.mjs", []);
await part("golden numbers", "run-tool.mjs", ["golden", "all"]);
await part("checks", "check.mjs", ["--no-tests"]);
rmSync(demoFolder, { recursive: true, force: true });
// Last, because from here on tfjs-node is what `ready()` chooses.
if (spawnSync(execPath, [join(root, "packages", "tfjs-train", "setup-native.mjs")], { cwd: root, stdio: "inherit" }).status === 0)
  await part("tests on tfjs-node", "test.mjs", []);
else console.log("--- tests on tfjs-node: left out, because it could not be built (see above)");
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
exit(counts.failed === 0 ? 0 : 1);
