// The demo as CI runs it: one minute on real images of ../shared, looked at by machine; then a training that is killed in the
// middle and resumed, which must end where an uninterrupted one ends. Argument: an empty folder to work in.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, execPath, exit } from "node:process";
import sharp from "sharp";
import { root } from "./setup.mjs";

const folder = argv[2];
const shared = join(root, "..", "shared");
const qgan = join(root, "packages", "qgan-lab", "dist", "qgan.js");
const STEPS = 200;
/** The training is killed after a checkpoint at or beyond this step. */
const KILL_AFTER = 40;
let passed = 0;
let failed = 0;

function assert(what, isTrue) {
  if (isTrue) passed++;
  else failed++;
  console.log(`${isTrue ? "ok    " : "FAILED"} ${what}`);
}

function run(...args) {
  console.log(`> qgan ${args.join(" ")}`);
  return spawnSync(execPath, [qgan, ...args], { stdio: ["ignore", "inherit", "inherit"] }).status;
}

const numbered = (parent, part) =>
  join(
    parent,
    readdirSync(parent)
      .sort()
      .find((name) => name.includes(part)),
  );
const lines = (path) =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Raw pixels of a PNG, by a decoder that is not ours. */
const pixelsOf = (path) => sharp(path).raw().toBuffer();

async function checkDemo() {
  const out = join(folder, "demo");
  const status = run(
    "demo",
    ...["--minutes", "1", "--out", out, "--data", join(shared, "data", "skin-ham10000"), "--labels", "labels.csv"],
    ...["--classes", "mel", "--group", "lesion_id", "--inception", join(shared, "weights", "inception-v3-fid-768.safetensors")],
  );
  assert("the demo ends well", status === 0);
  const demo = numbered(out, "demo");
  const html = existsSync(join(demo, "report.html")) ? readFileSync(join(demo, "report.html"), "utf8") : "";
  assert("it leaves a report that says what it is not for", html.includes("not for diagnosis"));
  const runFolder = numbered(demo, "hybridq");
  const grids = readdirSync(runFolder)
    .filter((name) => /^fakes\d+\.png$/.test(name))
    .sort();
  const [first, last] = [await pixelsOf(join(runFolder, grids[0])), await pixelsOf(join(runFolder, grids.at(-1)))];
  assert("the sample grid is not constant", new Set(last).size > 16);
  assert("the sample grid differs from that of step 0", grids[0] === "fakes000000.png" && !first.equals(last));
  const fids = lines(join(runFolder, "metric-fid768.jsonl")).map(({ results }) => results.fid768);
  assert(`FID is finite (${fids.at(-1)})`, fids.length > 0 && fids.every(Number.isFinite));
  return join(demo, "data.zip");
}

/** Files of the newest checkpoint with their digests, without the manifest (it holds times). */
function digests(runFolder) {
  const checkpoint = join(
    runFolder,
    readdirSync(runFolder)
      .filter((name) => name.startsWith("checkpoint-"))
      .sort()
      .at(-1),
  );
  return readdirSync(checkpoint)
    .filter((name) => name.endsWith(".safetensors"))
    .sort()
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(readFileSync(join(checkpoint, name)))
          .digest("hex")}`,
    )
    .join("\n");
}

async function checkResume(data) {
  const common = [
    "train",
    "hybridq",
    "--data",
    data,
    "--preset",
    "demo32",
    "--steps",
    String(STEPS),
    "--backend",
    "wasm",
    "--no-metrics",
    "--seed",
    "7",
  ];
  const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
  assert("an uninterrupted training ends well", run(...common, "--out", whole) === 0);
  const child = spawn(execPath, [qgan, ...common, "--snapshots", "6", "--out", killed], { stdio: "ignore" });
  const ended = once(child, "exit");
  const stepOf = (path) => Number(/checkpoint-(\d+).manifest\.json$/.exec(path)?.[1] ?? 0);
  const isUnderWay = () =>
    existsSync(killed) && readdirSync(killed, { recursive: true }).some((path) => stepOf(path) >= KILL_AFTER);
  while (child.exitCode === null && !isUnderWay()) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGKILL");
  await ended;
  assert("another is killed in the middle", child.signalCode === "SIGKILL");
  const runFolder = numbered(killed, "hybridq");
  assert("and resumes", run("train", "--resume", runFolder, "--steps", String(STEPS)) === 0);
  assert("to the same bytes as the uninterrupted one", digests(runFolder) === digests(numbered(whole, "hybridq")));
}

await checkResume(await checkDemo());
console.log(`demo: ${passed} passed, ${failed} failed`);
exit(failed === 0 ? 0 : 1);
