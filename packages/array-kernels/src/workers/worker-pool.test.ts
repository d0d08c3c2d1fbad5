import { spawnSync } from "node:child_process";
import { UsageError } from "repro-kit";
import { afterEach, describe, expect, test } from "vitest";
import { createWorkerPool, type WorkerPool } from "./worker-pool.ts";

const source = `
export const double = (values) => values.map((value) => 2 * value);
export const identity = (value) => value;
export const whichThread = () => process.getBuiltinModule("node:worker_threads").threadId;
export const spin = () => { for (;;); };
export const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds, "waited"));
export const fail = () => { throw new RangeError("too far"); };
export const misuse = () => { const error = new Error("[x] wrong."); error.name = "UsageError"; throw error; };
export const exit = () => process.exit(7);
export const crash = () => { setTimeout(() => { throw new Error("late"); }); return new Promise(() => {}); };
export const notAFunction = 1;
`;

const pools: WorkerPool[] = [];
const open = (workers: number): WorkerPool => {
  const pool = createWorkerPool({ source, workers });
  pools.push(pool);
  return pool;
};
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

describe("createWorkerPool", () => {
  test("runs tasks and returns typed arrays", async () => {
    const pool = open(1);
    await expect(pool.run("double", [Float64Array.of(1, 2, 3)])).resolves.toEqual(Float64Array.of(2, 4, 6));
    await expect(pool.run("identity", [{ nested: [1, "two", null] }])).resolves.toEqual({ nested: [1, "two", null] });
  });

  test("copies arguments unless they are transferred", async () => {
    const pool = open(1);
    const [kept, moved] = [new Uint8Array(8), new Uint8Array(8)];
    await pool.run("identity", [kept]);
    await expect(pool.run("identity", [moved], { transfer: [moved.buffer] })).resolves.toEqual(new Uint8Array(8));
    expect([kept.length, moved.length]).toEqual([8, 0]);
  });

  test("works with so many threads at once, and no more", async () => {
    const pool = open(2);
    const start = performance.now();
    const threads = await Promise.all(Array.from({ length: 6 }, () => pool.run("whichThread", [])));
    expect(new Set(threads).size).toBeLessThanOrEqual(2);
    await Promise.all([pool.run("wait", [400]), pool.run("wait", [400])]);
    expect(performance.now() - start).toBeGreaterThan(390);
  });

  test("errors come back as errors, and the thread lives on", async () => {
    const pool = open(1);
    const thread = await pool.run("whichThread", []);
    await expect(pool.run("fail", [])).rejects.toMatchObject({ name: "RangeError", message: "too far" });
    const misuse = await pool.run("misuse", []).catch((error: unknown) => error);
    expect(UsageError.isInstance(misuse)).toBe(true);
    await expect(pool.run("nothing", [])).rejects.toThrow(/no task named "nothing"; known: crash, double/);
    await expect(pool.run("notAFunction", [])).rejects.toThrow(/no task named/);
    await expect(pool.run("identity", [() => 1])).rejects.toThrow(/could not be cloned/);
    await expect(pool.run("whichThread", [])).resolves.toBe(thread);
  });

  test("a module that does not compile rejects every task", async () => {
    const pool = createWorkerPool({ source: "export const = 1;", workers: 1 });
    pools.push(pool);
    await expect(pool.run("anything", [])).rejects.toMatchObject({ name: "SyntaxError" });
  });

  test("a thread that dies rejects its task and is replaced", async () => {
    const pool = open(1);
    await expect(pool.run("exit", [])).rejects.toThrow(/ended with code 7/);
    await expect(pool.run("crash", [])).rejects.toMatchObject({ cause: expect.objectContaining({ message: "late" }) });
    await expect(pool.run("double", [Float32Array.of(4)])).resolves.toEqual(Float32Array.of(8));
  });

  test("a signal ends a running task, a queued one and one that has not begun", async () => {
    const pool = open(1);
    const running = new AbortController();
    const queued = new AbortController();
    const first = pool.run("spin", [], { signal: running.signal });
    const second = pool.run("identity", [2], { signal: queued.signal });
    const third = pool.run("identity", [3]);
    queued.abort(new Error("not needed"));
    await expect(second).rejects.toThrow("not needed");
    setTimeout(() => running.abort(), 50);
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    await expect(third).resolves.toBe(3);
    await expect(pool.run("identity", [4], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  });

  test("close rejects what is left and ends the threads", async () => {
    const pool = open(1);
    const tasks = [pool.run("spin", []), pool.run("identity", [1])].map((task) => task.catch((error: Error) => error.message));
    await pool.close();
    expect(await Promise.all(tasks)).toEqual(Array(2).fill("[workerPool] the pool was closed before the task ended."));
    await expect(pool.run("identity", [1])).rejects.toThrow(/closed/);
    await pool.close();
  });

  test("options are checked", () => {
    expect(() => createWorkerPool({ source, workers: 0 })).toThrow(/whole number from 1 to 256; got 0/);
    // @ts-expect-error an unknown option
    expect(() => createWorkerPool({ source, threads: 2 })).toThrow(/unknown option "threads"/);
  });

  test("no thread is left over: a process with idle threads ends by itself, and aborted ones do not pile up", () => {
    const program = `
      import { createWorkerPool } from ${JSON.stringify(new URL("worker-pool.ts", import.meta.url).href)};
      const pool = createWorkerPool({ source: "export const spin = () => { for (;;); }; export const one = () => 1;", workers: 2 });
      await Promise.all([pool.run("one", []), pool.run("one", [])]);
      for (let i = 0; i < 8; i++) await pool.run("spin", [], { signal: AbortSignal.timeout(20) }).catch(() => {});
      const alive = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort" || name === "Worker").length;
      for (let i = 0; i < 400 && alive() > 0; i++) await new Promise((resolve) => setTimeout(resolve, 25));
      console.log(alive());
      console.log(await pool.run("one", []));
    `;
    const root = new URL("../../../../", import.meta.url);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program],
      { cwd: root, encoding: "utf8", timeout: 30_000, env: { ...process.env, TSX_TSCONFIG_PATH: "tsconfig.json" } },
    );
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual(["0", "1"]);
    expect(status).toBe(0);
  });
});
