import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { isStatistic } from "./backbone.ts";
import { backbones } from "./index.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

describe.each([...backbones])("$name", (backbone) => {
  test.each([
    [1, 17, 12],
    [3, 32, 32],
  ])("%d channels, %d×%d: features, statistics in training only, no leak", (channels, height, width) => {
    const params = backbone.init(createRng(0), { channels });
    const images = tf.randomUniform<tf.Rank.R4>([2, height, width, channels], -1, 1, "float32", 1);
    const before = tf.memory().numTensors;
    const still = backbone.features(params, images, { training: false });
    expect(still.features.shape).toEqual([2, backbone.numFeatures]);
    expect(still.updates).toEqual({});
    const trained = backbone.features(params, images, { training: true });
    const statistics = Object.keys(params).filter(isStatistic);
    expect(Object.keys(trained.updates).sort()).toEqual(statistics.sort());
    for (const name of statistics) expect(trained.updates[name].shape).toEqual(params[name].shape);
    tf.dispose([still.features, trained.features]);
    disposeParams(trained.updates);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("the same seed gives the same weights", () => {
    const digestOf = (seed: number) => {
      const params = backbone.init(createRng(seed), { channels: 3 });
      const hash = createHash("sha256");
      for (const [name, tensor] of Object.entries(params)) hash.update(name).update(tensor.dataSync());
      disposeParams(params);
      return hash.digest("hex");
    };
    const digest = digestOf(1);
    expect(digestOf(1)).toBe(digest);
    expect(digestOf(2)).not.toBe(digest);
  });
});
