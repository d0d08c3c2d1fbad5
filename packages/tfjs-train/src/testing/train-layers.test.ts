import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { layerTrainings, trainLayer } from "./train-layers.ts";

const STEPS = 60;

const hasTensorflow = await ready({ backend: "tensorflow" }).then(
  () => true,
  () => false,
);

describe.each(hasTensorflow ? (["cpu", "wasm", "tensorflow"] as const) : (["cpu", "wasm"] as const))("on %s", (backend) => {
  test.each(layerTrainings)("$name learns, and its tensors stay as many", async (training) => {
    await ready({ backend });
    const before = tf.memory().numTensors;
    const { numTensors, numBytes, firstLoss, lastLoss } = trainLayer(training, { steps: STEPS, seed: 1 });
    expect(lastLoss).toBeLessThan(0.9 * firstLoss);
    expect(numTensors).toHaveLength(1);
    expect(numBytes).toHaveLength(1);
    expect(tf.memory().numTensors).toBe(before);
  });
});
