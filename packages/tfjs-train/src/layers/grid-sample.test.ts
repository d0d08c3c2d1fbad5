import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "repro-kit";
import { afterAll, describe, expect, test } from "vitest";
import { composedGridSample } from "../gradients/grid-sample.ts";
import { type BackendName, ready } from "../ready.ts";
import { readSafetensors } from "../safetensors/read-safetensors.ts";
import { type GridSampleOptions, gridSample } from "./grid-sample.ts";

// First and second derivatives against central differences: gradients/precision.test.ts.

/** float32 sums of four products, and of as many as there are points for the slopes by an image; relative to the largest entry. */
const TOLERANCE = 2e-6;

const file = readSafetensors(readFileSync(join(import.meta.dirname, "../gradients/__fixtures__/torch.safetensors")));
const stored = (name: string) => {
  const { data, shape } = file.tensors[name];
  return tf.tensor<tf.Rank>(data as Float32Array, [...shape]) as tf.Tensor4D; // the fixtures are float32 and of rank 4
};

const usable: BackendName[] = [];
for (const backend of ["tensorflow", "wasm", "cpu"] as const)
  await ready({ backend }).then(
    () => usable.push(backend),
    () => {},
  );

afterAll(() => expect(tf.memory().numTensors).toBe(0));

function expectClose(found: tf.Tensor, name: string): void {
  const wanted = stored(name).dataSync<"float32">();
  const largest = wanted.reduce((sofar, value) => Math.max(sofar, Math.abs(value)), 1);
  found.dataSync().forEach((value, i) => {
    expect(Math.abs(value - wanted[i]), `${name}[${i}]`).toBeLessThanOrEqual(TOLERANCE * largest);
  });
}

const samplers = { gridSample, composedGridSample };
const settings = (["gridSample", "composedGridSample"] as const).flatMap((sampler) =>
  (["zeros", "reflection"] as const).flatMap((padding) =>
    [false, true].map((alignCorners) => ({ sampler, padding, alignCorners })),
  ),
);

describe.each(usable)("gridSample, %s", (backend) => {
  test.each(settings)(
    "values and slopes are torch.nn.functional.grid_sample's: %o",
    async ({ sampler, padding, alignCorners }) => {
      await tf.setBackend(backend);
      const name = `grid.${padding}.${alignCorners ? "align" : "half"}`;
      tf.tidy(() => {
        const [x, grid] = [stored(`${name}.x`), stored(`${name}.grid`)];
        const loss = (images: tf.Tensor, points: tf.Tensor) => {
          const y = samplers[sampler](images as tf.Tensor4D, points as tf.Tensor4D, { padding, alignCorners }); // as above
          expectClose(y, `${name}.y`);
          return tf.sum(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size, 1, "float32")), y.shape)));
        };
        const [dx, dgrid] = tf.grads(loss)([x, grid]);
        expectClose(dx, `${name}.dx`);
        expectClose(dgrid, `${name}.dgrid`);
      });
    },
  );

  test("far away there is nothing, or the mirrored image", async () => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const images = tf.reshape(tf.range(1, 5, 1, "float32"), [1, 1, 4, 1]) as tf.Tensor4D; // reshaped to rank 4
      const grid = tf.tensor4d([1e9, 0, -1e30, 0, 4.25, 0], [1, 1, 3, 2]);
      expect([...gridSample(images, grid).dataSync()]).toEqual([0, 0, 0]);
      const nowhere = tf.tensor4d([Number.NaN, 0, 0, Number.NaN, 0, 0, Number.POSITIVE_INFINITY, 0], [1, 1, 4, 2]);
      const [none, neither, middle] = gridSample(images, nowhere).dataSync();
      expect([none, neither, middle]).toEqual([Number.NaN, Number.NaN, 2.5]);
      // 4.25 is pixel 10 of 0, 1, 2, 3, 3, 2, 1, 0, 0, 1, 2, 3, …: 3 in the image 1, 2, 3, 4
      expect(gridSample(images, grid, { padding: "reflection" }).dataSync()[2]).toBe(3);
    });
  });
});

describe("gridSample", () => {
  const images = () => tf.zeros<tf.Rank.R4>([2, 3, 4, 1]);
  const grid = () => tf.zeros<tf.Rank.R4>([2, 5, 6, 2]);
  test.each<[string, () => tf.Tensor, () => tf.Tensor, GridSampleOptions]>([
    ["images must be [batch", () => tf.zeros([3, 4, 1]), grid, {}],
    ["images must be [batch", () => tf.zeros([2, 3, 4, 1], "int32"), grid, {}],
    ["images must be [batch", () => tf.zeros([2, 0, 4, 1]), grid, {}],
    ["grid must be [batch", images, () => tf.zeros([2, 5, 6, 3]), {}],
    ["got [2, 5, 6] float32", images, () => tf.zeros([2, 5, 6]), {}],
    ["the same batch; got 2 and 1", images, () => tf.zeros([1, 5, 6, 2]), {}],
    ['no padding "mirror"', images, grid, { padding: "mirror" as "zeros" }],
    ["alignCorners must be true or false; got 1", images, grid, { alignCorners: 1 as unknown as boolean }],
    ["align_corners", images, grid, { align_corners: true } as GridSampleOptions],
  ])("says what is wrong: %s", (message, one, other, options) => {
    tf.tidy(() => {
      const [x, points] = [one() as tf.Tensor4D, other() as tf.Tensor4D]; // wrong on purpose
      expect(() => gridSample(x, points, options)).toThrow(message);
      try {
        gridSample(x, points, options);
      } catch (error) {
        expect(UsageError.isInstance(error)).toBe(true);
      }
    });
  });
});
