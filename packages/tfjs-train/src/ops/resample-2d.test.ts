import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { downsample2d, filter2d, upsample2d } from "./resample-2d.ts";
import { setupFilter } from "./setup-filter.ts";

beforeAll(() => ready({ backend: "wasm" }));
afterAll(() => expect(tf.memory().numTensors).toBe(0));

test("sizes are kept, doubled and halved for odd and even filters, and a constant stays constant inside", () => {
  tf.tidy(() => {
    const x = tf.ones<tf.Rank.R4>([1, 8, 10, 2]);
    for (const taps of [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1], [1, 2, 3, 4, 5, 4, 3, 2, 1]]) {
      const filter = setupFilter(taps);
      expect(filter.rank).toBe(taps.length >= 8 ? 1 : 2);
      expect(filter2d(x, filter).shape).toEqual([1, 8, 10, 2]);
      expect(upsample2d(x, filter).shape).toEqual([1, 16, 20, 2]);
      expect(downsample2d(x, filter).shape).toEqual([1, 4, 5, 2]);
      if (taps.length > 5) continue; // reaches the border everywhere
      const centre = tf.slice(filter2d(x, filter), [0, 3, 4, 0], [1, 2, 2, 2]).dataSync();
      for (const value of centre) expect(value).toBeCloseTo(1, 6);
    }
    expect(upsample2d(x, null, { up: [3, 1] }).shape).toEqual([1, 8, 30, 2]);
    expect(downsample2d(x, null, { down: [5, 4], padding: [0, 0, 0, 0] }).shape).toEqual([1, 2, 2, 2]);
  });
});
