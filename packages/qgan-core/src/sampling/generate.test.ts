import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, ready } from "tfjs-train";
import { expect, test } from "vitest";
import { createModel } from "../models/create-model.ts";
import { initParams } from "../models/parameter-spec.ts";
import { generate } from "./generate.ts";

test("image i depends on seed i only, however many are asked for; nothing leaks", async () => {
  await ready({ backend: "cpu" });
  for (const name of ["hybridq", "dcgan"]) {
    const model = createModel(name, { preset: "tiny" });
    const params = initParams(model.parameters, createRng(0));
    const before = tf.memory().numTensors;
    const seeds = Array.from({ length: 70 }, (_, i) => 3 * i);
    const all = await generate(model, params, seeds);
    const size = all.length / 70;
    expect(size).toBe(16 * 16 * 3);
    for (const i of [0, 31, 32, 69])
      expect(await generate(model, params, [seeds[i]])).toEqual(all.subarray(i * size, (i + 1) * size));
    expect(await generate(model, params, [9, 0])).toEqual(
      Uint8Array.from([...all.subarray(3 * size, 4 * size), ...all.subarray(0, size)]),
    );
    expect(new Set(all).size).toBeGreaterThan(1);
    expect(tf.memory().numTensors).toBe(before);
    disposeParams(params);
  }
});
