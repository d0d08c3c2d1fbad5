import { execFileSync } from "node:child_process";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type ReadyOptions, ready } from "./ready.ts";

test("a backend asked for is brought up once, and told", async () => {
  const handlers = process.listenerCount("uncaughtException");
  const first = await ready({ backend: "wasm" });
  expect(first).toMatchObject({ backend: "wasm", version: expect.stringMatching(/^4\.\d+\.\d+$/) });
  expect(first.reason).toContain("asked for");
  expect(tf.getBackend()).toBe("wasm");
  expect(process.listenerCount("uncaughtException"), "emscripten's handlers are gone").toBe(handlers);
  const [again, concurrent] = await Promise.all([ready({ backend: "wasm" }), ready()]);
  expect(again).toBe(first);
  expect(concurrent).toBe(first);
});

test("another backend is switched to and back; tensors move along", async () => {
  await ready({ backend: "wasm" });
  const x = tf.tensor1d([1, 2]);
  await ready({ backend: "cpu" });
  expect(tf.getBackend()).toBe("cpu");
  expect(tf.tidy(() => [...tf.mul(x, 2).dataSync()])).toEqual([2, 4]);
  await ready({ backend: "wasm" });
  expect(tf.getBackend()).toBe("wasm");
  x.dispose();
});

test("mistakes are named", () => {
  expect(() => ready({ backend: "wsm" } as unknown as ReadyOptions)).toThrow(
    'did you mean "wasm"? known: auto, cpu, tensorflow, wasm, webgl, webgpu.',
  );
  expect(() => ready({ threads: 0 })).toThrow("threads must be an integer from 1 to 256; got 0");
  expect(() => ready({ backned: "cpu" } as unknown as ReadyOptions)).toThrow('did you mean "backend"');
});

test("gradients are there without @tensorflow/tfjs, and nothing is registered at import", async () => {
  await ready({ backend: "cpu" });
  expect(
    tf.tidy(() => [
      ...tf
        .grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2]))
        .dataSync(),
    ]),
  ).toEqual([2, 4]);
  const program = 'import("@tensorflow/tfjs-core").then((tf) => console.log(tf.getGradient("Add") === undefined))';
  expect(execFileSync(process.execPath, ["-e", program], { cwd: import.meta.dirname, encoding: "utf8" }).trim()).toBe("true");
});

test("a graphics backend that was not imported is named with its package; auto in Node never tries one", async () => {
  await expect(ready({ backend: "webgl" })).rejects.toThrow("npm install @tensorflow/tfjs-backend-webgl");
  const { tried } = await ready();
  expect(tried.map(({ backend }) => backend)).not.toContain("webgl");
});
