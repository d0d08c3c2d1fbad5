// What CI runs (.ci/run): the demo on real images with a kill and a resume, every test, every golden suite, every check.
// Closes with "N passed, N failed"; exit code 1 when anything failed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath, exit } from "node:process";
import { root, setUp } from "./setup.mjs";

const shared = join(root, "..", "shared");
for (const part of ["golden", "data"])
  if (!existsSync(join(shared, part))) {
    console.error(`CI needs ${join("..", "shared", part)} beside the clone; it is not there.`);
    console.log("0 passed, 1 failed");
    exit(1);
  }

const counts = { passed: 0, failed: 0 };

/** Runs one part; its own counts are read from its last lines where it prints them, else it counts as one. */
function part(name, script, args) {
  const started = performance.now();
  console.log(`\n=== ${name}`);
  const { status, stdout } = spawnSync(execPath, [join(root, "scripts", script), ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 28,
  });
  console.log(stdout.trimEnd());
  const plain = stdout.replaceAll(/\u001b\[[\d;]*m/g, "");
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
part("demo on real images, killed and resumed", "ci-demo.mjs", [demoFolder]);
part("tests", "test.mjs", []);
part("golden numbers", "run-tool.mjs", ["golden", "all"]);
part("checks", "check.mjs", ["--no-tests"]);
rmSync(demoFolder, { recursive: true, force: true });
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
exit(counts.failed === 0 ? 0 : 1);
