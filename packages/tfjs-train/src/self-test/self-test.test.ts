import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { opCases } from "./op-cases.ts";
import { selfTest } from "./self-test.ts";
import { storedOps } from "./stored-values.ts";

const hasTensorflow = await ready({ backend: "tensorflow" }).then(
  () => true,
  () => false,
);

describe.each(hasTensorflow ? (["cpu", "wasm", "tensorflow"] as const) : (["cpu", "wasm"] as const))("on %s", (backend) => {
  test("every op and its gradient equals the stored values, and nothing is left in memory", async () => {
    await ready({ backend });
    const before = tf.memory().numTensors;
    const started = performance.now();
    const findings = await selfTest();
    expect(findings.filter(({ isRight }) => !isRight)).toEqual([]);
    expect(findings.length).toBe(Object.keys(opCases).length);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("there is a function for every stored op, and the other way round", () => {
  expect(Object.keys(opCases).sort()).toEqual(Object.keys(storedOps).sort());
});

test("an op that computes wrongly is found and told", async () => {
  await ready({ backend: "cpu" });
  const tanh = tf.getKernel("Tanh", "cpu");
  tf.unregisterKernel("Tanh", "cpu");
  tf.registerKernel({ ...tanh, kernelFunc: tf.getKernel("Sin", "cpu").kernelFunc });
  try {
    const wrong = (await selfTest()).filter(({ isRight }) => !isRight);
    expect(wrong.map(({ op }) => op)).toEqual(["tanh"]);
    expect(wrong[0].reason).toContain("wrong output");
  } finally {
    tf.unregisterKernel("Tanh", "cpu");
    tf.registerKernel(tanh);
  }
});
