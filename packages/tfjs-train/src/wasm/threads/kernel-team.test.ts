import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { createKernelTeam } from "./kernel-team.ts";
import { withSharedMemory } from "./share-memory.ts";

/** (module (import "env" "memory" (memory 1 10 shared)) (func (export "mark") (param i32 i32) local.get 0, local.get 1 + 1, i32.store8) (func (export "fail") unreachable)) */
const source = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 9, 2, 0x60, 2, 0x7f, 0x7f, 0, 0x60, 0, 0],
  ...[2, 16, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3, 1, 10],
  ...[3, 3, 2, 0, 1],
  ...[7, 15, 2, 4, 0x6d, 0x61, 0x72, 0x6b, 0, 0, 4, 0x66, 0x61, 0x69, 0x6c, 0, 1],
  ...[10, 18, 2, 12, 0, 0x20, 0, 0x20, 1, 0x41, 1, 0x6a, 0x3a, 0, 0, 0x0b, 3, 0, 0x00, 0x0b],
]);

const module = new WebAssembly.Module(source);
const sharedMemory = () => new WebAssembly.Memory({ initial: 1, maximum: 10, shared: true });

async function untilReady(isReady: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isReady(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("a team", () => {
  test("makes every call once, before and after the others are there, and after they are closed", async () => {
    const memory = sharedMemory();
    const team = createKernelTeam({ modules: [module], memory, threads: 3 });
    const bytes = new Uint8Array(memory.buffer, 0, 20_000);
    const calls = Array.from(bytes, (_, i) => [i]);
    const check = () => {
      bytes.fill(0);
      team.run("mark", calls);
      expect(bytes.every((value) => value >= 1 && value <= 3)).toBe(true);
    };
    expect(team.size).toBe(3);
    check();
    await untilReady(() => team.numReady() === 3);
    expect(team.numReady()).toBe(3);
    for (let i = 0; i < 20; i++) check();
    team.close();
    expect(team.numReady()).toBe(1);
    check();
  });

  test("says when a kernel fails on another thread, and goes on", async () => {
    const memory = sharedMemory();
    const team = createKernelTeam({ modules: [module], memory, threads: 2 });
    await untilReady(() => team.numReady() === 2);
    for (let i = 0; i < 3; i++) expect(() => team.run("fail", [[], [], [], []])).toThrow();
    team.run("mark", [[1], [2]]);
    expect(new Uint8Array(memory.buffer)[2]).toBeGreaterThan(0);
    team.close();
  });

  test("memory that is not shared leaves one thread", () => {
    const own = new WebAssembly.Module(Uint8Array.from(source, (byte, i) => (i === 34 ? 1 : byte)));
    expect(
      createKernelTeam({ modules: [own], memory: new WebAssembly.Memory({ initial: 1, maximum: 10 }), threads: 2 }).size,
    ).toBe(1);
  });
});

describe("the backend on threads, in a process of its own", () => {
  const root = join(import.meta.dirname, "..", "..", "..", "..", "..");
  const outfile = join(root, "temp", `kernel-team-${process.pid}.mjs`); // inside the repository, for its packages
  afterAll(() => rmSync(outfile, { force: true }));

  test("computes the same numbers with one thread and with two, and the process ends by itself", async () => {
    mkdirSync(join(root, "temp"), { recursive: true });
    const program = `
      import * as tf from "@tensorflow/tfjs-core";
      import { ready } from "tfjs-train";
      const { threads } = await ready({ backend: "wasm", threads: 2 });
      const run = (seed) => tf.tidy(() => {
        const x = tf.randomNormal([4, 16, 16, 20], 0, 1, "float32", seed), w = tf.randomNormal([3, 3, 20, 24], 0, 1, "float32", seed + 1);
        const f = (a, b) => tf.sum(tf.sin(tf.conv2d(a, b, 2, "same")));
        const [dx, dw] = tf.grads(f)([x, w]);
        const m = tf.reshape(x, [256, 80]);
        return [dx, dw, tf.matMul(m, m, true, false), tf.matMul(m, m, false, true)].map((y) => [...y.dataSync()]);
      });
      const isEqual = (a, b) => a.every((list, i) => list.length === b[i].length && list.every((value, j) => Object.is(value, b[i][j])));
      await new Promise((resolve) => setTimeout(resolve, 500));
      const two = [1, 2, 3, 4, 5].map(run);
      const { threads: fewer } = await ready({ backend: "wasm", threads: 1 });
      const one = [1, 2, 3, 4, 5].map(run);
      const again = await ready({ backend: "wasm", threads: 2 });
      tf.ones([100, 100, 100]).dispose();
      console.log(JSON.stringify({ threads, fewer, again: again.threads, isEqual: one.every((list, i) => isEqual(list, two[i])),
        isShared: tf.backend().wasm.HEAPF32.buffer instanceof SharedArrayBuffer }));
    `;
    await build({
      stdin: { contents: program, resolveDir: root, loader: "ts" },
      tsconfig: join(root, "tsconfig.json"),
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["@tensorflow/*"],
      outfile,
    });
    const { status, stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: "utf8", timeout: 60_000 });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({ threads: 2, fewer: 1, again: 2, isEqual: true, isShared: true });
    expect(status).toBe(0);
  }, 90_000);
});

test("a module's own memory becomes shared by one bit", () => {
  // (module (memory (export "m") 1 7))
  const plain = Uint8Array.from([...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 1, 1, 7], ...[7, 5, 1, 1, 0x6d, 2, 0]]);
  const memoryOf = (bytes: Uint8Array<ArrayBuffer>) =>
    new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.m as WebAssembly.Memory;
  expect(memoryOf(plain).buffer).toBeInstanceOf(ArrayBuffer);
  const shared = memoryOf(withSharedMemory(plain));
  expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
  shared.grow(3);
  expect(shared.buffer.byteLength).toBe(4 * 65536);
});
