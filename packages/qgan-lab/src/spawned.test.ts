import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { latestCheckpoint, listCheckpoints, readManifest } from "qgan-core/node";
import { isPartial } from "repro-kit/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listRunFolders } from "./run-folder/create-run-folder.ts";
import { readStats } from "./run-folder/run-log.ts";

// The command as it is shipped, in processes of its own: signals, kills, the worker thread. `npm run build` makes it.
const PROGRAM = join(import.meta.dirname, "..", "bin", "qgan.mjs");
const STEPS = 40;

let folder = "";
const children = new Set<ChildProcessWithoutNullStreams>();
beforeAll(async () => {
  expect(existsSync(join(import.meta.dirname, "..", "dist", "qgan.js")), "qgan-lab is not built; run npm run build").toBe(true);
  folder = mkdtempSync(join(tmpdir(), "qgan-spawned-"));
  expect((await qgan(["dataset", "--count", "24", "--size", "16", "--out", join(folder, "data.zip")]).ended).code).toBe(0);
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the command; `seen` resolves when its stdout holds a text. */
function qgan(args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: "pipe",
    env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
  });
  children.add(child);
  let out = "";
  let err = "";
  const watchers = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
    for (const watch of watchers) watch();
  });
  child.stderr.on("data", (chunk: Buffer) => (err += chunk));
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (code) => {
      children.delete(child);
      resolve({ code, out, err });
    }),
  );
  const seen = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        if (!pattern.test(out)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
      void ended.then(() => reject(new Error(`it ended before ${pattern}: ${err}`)));
    });
  return { child, ended, seen };
}

const train = (out: string) =>
  qgan([
    ...["train", "--data", join(folder, "data.zip"), "--class", "nevus", "--preset", "tiny", "--backend", "wasm", "--json"],
    ...["--no-metrics", "--steps", String(STEPS), "--snapshots", "6", "--out", join(folder, out)],
  ]);

/** SHA-256 of every tensor file of the newest checkpoint. */
async function weightsOf(out: string): Promise<unknown> {
  const [run] = await listRunFolders(join(folder, out));
  const manifest = await readManifest((await latestCheckpoint(run)) as string);
  return { step: manifest.step, files: manifest.files, rng: manifest.rng, data: manifest.data };
}

it("is killed in the middle, goes on, and ends with the very bytes of a run that was not", async () => {
  const whole = await train("whole").ended;
  expect(whole.err).toBe("");
  expect(whole.code).toBe(0);
  const facts = whole.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string });
  expect(facts.at(-1)).toMatchObject({ kind: "result", step: STEPS, isFinished: true });

  const killed = train("killed");
  await killed.seen(/"kind":"snapshot","step":[5-9]|"kind":"snapshot","step":[1-3]\d/);
  killed.child.kill("SIGKILL");
  expect((await killed.ended).code).toBe(null);
  const [run] = await listRunFolders(join(folder, "killed"));
  expect((await listCheckpoints(run)).at(-1)).toBeLessThan(STEPS);
  const resumed = await qgan(["train", "--resume", run, "--no-metrics"]).ended;
  expect(resumed.code).toBe(0);
  expect(await weightsOf("killed")).toEqual(await weightsOf("whole"));
  expect(readStats(run).map(({ step }) => step)).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
  expect(readdirSync(run).filter(isPartial)).toEqual([]);
});

it("keeps TensorFlow's notes on its own build to itself, though it starts in a thread", async ({ skip }) => {
  const { code, err } = await qgan([
    ...["train", "--data", join(folder, "data.zip"), "--class", "nevus", "--preset", "tiny", "--backend", "tensorflow", "--json"],
    ...["--no-metrics", "--steps", "1", "--out", join(folder, "native")],
  ]).ended;
  skip(err.includes("not installed"), "tfjs-node is not installed");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

it.skipIf(process.platform === "win32")(
  "stops at Ctrl-C after the step in hand, saves, says how to go on, and ends with 130",
  async () => {
    const stopped = qgan([
      ...["train", "--data", join(folder, "data.zip"), "--preset", "tiny", "--backend", "wasm", "--no-metrics"],
      ...["--minutes", "5", "--out", join(folder, "stopped"), "--json"],
    ]);
    await stopped.seen(/"kind":"step"/);
    const asked = Date.now();
    stopped.child.kill("SIGINT");
    const { code, out, err } = await stopped.ended;
    expect(code).toBe(130);
    expect(Date.now() - asked).toBeLessThan(15_000);
    expect(err).toContain("Stopping after the step in hand");
    const result = JSON.parse(out.trim().split("\n").at(-1) as string) as {
      kind: string;
      stopped: boolean;
      step: number;
      run: string;
      report: string;
    };
    expect(result).toMatchObject({ kind: "result", stopped: true });
    expect(await listCheckpoints(result.run)).toContain(result.step);
    expect(existsSync(result.report)).toBe(true);
    const resumed = await qgan(["train", "--resume", result.run, "--steps", String(result.step + 2), "--no-metrics"]).ended;
    expect(resumed.code).toBe(0);
    expect(resumed.out).toContain(`Finished after ${result.step + 2} steps`);
  },
);

it.skipIf(process.platform === "win32")("ends at once at the second Ctrl-C", async () => {
  const stopped = qgan(["demo", "--minutes", "3", "--no-download", "--out", join(folder, "demo"), "--json"]);
  await stopped.seen(/"kind":"step"/);
  stopped.child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 30));
  const asked = Date.now();
  stopped.child.kill("SIGINT");
  expect((await stopped.ended).code).toBe(130);
  expect(Date.now() - asked).toBeLessThan(3000);
});

it("tells progress while a long step computes: the thread that shows it is free", async () => {
  const running = qgan(["demo", "--minutes", "0.2", "--no-download", "--out", join(folder, "lively")]);
  let lines = 0;
  running.child.stderr.on("data", () => lines++);
  const { code, out } = await running.ended;
  expect(code).toBe(0);
  expect(lines).toBeGreaterThan(3);
  expect(out).toMatch(/Report: .*report\.html\n$/);
});

it("keeps stdout clean and survives a reader that goes away", async () => {
  const listing = qgan(["--help"]);
  listing.child.stdout.destroy();
  expect((await listing.ended).code).toBe(0);
});
