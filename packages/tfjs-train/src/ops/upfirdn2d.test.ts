import * as tf from "@tensorflow/tfjs-core";
import { createRng, type Rng } from "repro-kit";
import { beforeAll, describe, expect, test } from "vitest";
import { type BackendName, ready } from "../ready.ts";
import { type ResampleFilter, type Upfirdn2dOptions, upfirdn2d } from "./upfirdn2d.ts";

/** float32 sums of at most 49 products, relative to the largest entry. */
const TOLERANCE = 2e-6;
const NUM_CASES = 120;
/** On cpu, where the composition is slow. */
const FEW_CASES = 25;

/** tfjs-node where it is installed. */
const backends: readonly BackendName[] = await ready({ backend: "tensorflow" }).then(
  () => ["cpu", "wasm", "tensorflow"],
  () => ["cpu", "wasm"],
);

beforeAll(async () => {
  await ready({ backend: "cpu" });
  await ready({ backend: "wasm" });
});

interface Case {
  readonly shape: [number, number, number, number];
  readonly filterShape: number[];
  readonly options: Upfirdn2dOptions & {
    readonly up: readonly [number, number];
    readonly down: readonly [number, number];
    readonly padding: readonly [number, number, number, number];
    readonly gain: number;
    readonly flipFilter: boolean;
  };
  readonly x: Float32Array;
  readonly f: Float32Array;
}

function draw(rng: Rng): Case {
  const shape: Case["shape"] = [1 + rng.integer(3), 2 + rng.integer(8), 2 + rng.integer(8), 1 + rng.integer(21)];
  const kind = rng.integer(3); // one axis, two, or two that are a product
  const filterShape = kind === 0 ? [1 + rng.integer(7)] : [1 + rng.integer(6), 1 + rng.integer(6)];
  const pair = (): [number, number] => [1 + rng.integer(3), 1 + rng.integer(3)];
  const side = () => rng.integer(7) - 2;
  const f = rng.fillNormal(new Float32Array(tf.util.sizeFromShape(filterShape)));
  if (kind === 2) {
    const [height, width] = filterShape;
    for (let i = height - 1; i >= 0; i--) for (let j = 0; j < width; j++) f[i * width + j] = f[j] * (1 + i);
  }
  const options = {
    up: pair(),
    down: pair(),
    padding: [side(), side(), side(), side()] as const,
    gain: 0.5 + rng.uniform(),
    flipFilter: rng.integer(2) === 1,
  };
  return { shape, filterShape, options, x: rng.fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), f };
}

/** Size of the result, or undefined where the image is smaller than the filter. */
function sizes({ shape, filterShape, options }: Case): [number, number] | undefined {
  const [tapsY, tapsX] = filterShape.length === 1 ? [filterShape[0], filterShape[0]] : filterShape;
  const { up, down, padding } = options;
  const height = shape[1] * up[1] + padding[2] + padding[3] - tapsY;
  const width = shape[2] * up[0] + padding[0] + padding[1] - tapsX;
  return height < 0 || width < 0 ? undefined : [Math.floor(height / down[1]) + 1, Math.floor(width / down[0]) + 1];
}

/** The definition, in double precision: each output is the sum over all taps of what lies under them. */
function byDefinition(one: Case): { y: Float64Array; shape: number[] } {
  const [batch, height, width, channels] = one.shape;
  const { up, down, padding, gain, flipFilter } = one.options;
  const [outHeight, outWidth] = sizes(one) as [number, number]; // asked before
  const isLine = one.filterShape.length === 1;
  const [tapsY, tapsX] = isLine ? [one.filterShape[0], one.filterShape[0]] : one.filterShape;
  const weight = (u: number, v: number) => {
    const [i, j] = flipFilter ? [u, v] : [tapsY - 1 - u, tapsX - 1 - v];
    return gain * (isLine ? one.f[i] * one.f[j] : one.f[i * tapsX + j]);
  };
  const y = new Float64Array(batch * outHeight * outWidth * channels);
  let place = 0;
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++)
        for (let c = 0; c < channels; c++, place++)
          for (let u = 0; u < tapsY; u++)
            for (let v = 0; v < tapsX; v++) {
              const row = (i * down[1] + u - padding[2]) / up[1];
              const column = (j * down[0] + v - padding[0]) / up[0];
              if (!Number.isInteger(row) || !Number.isInteger(column)) continue;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              y[place] += weight(u, v) * one.x[((n * height + row) * width + column) * channels + c];
            }
  return { y, shape: [batch, outHeight, outWidth, channels] };
}

function gap(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(got.length).toBe(wanted.length);
  let largest = 1;
  let difference = 0;
  for (let i = 0; i < wanted.length; i++) {
    largest = Math.max(largest, Math.abs(wanted[i]));
    const error = Math.abs(wanted[i] - got[i]);
    difference = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(difference, error);
  }
  return difference / largest;
}

const tensorsOf = ({ x, shape, f, filterShape }: Case) => ({
  x: tf.tensor4d(x, shape),
  filter: tf.tensor(f, [...filterShape] as [number, number]) as ResampleFilter, // of rank 1 or 2
});

describe.each(backends)("upfirdn2d on %s", (backend) => {
  const numCases = backend === "cpu" ? FEW_CASES : NUM_CASES;
  test(`agrees with its definition in ${numCases} random cases, and its gradient is the adjoint`, async () => {
    await ready({ backend });
    const rng = createRng(11);
    let worst = { error: 0, what: "" };
    for (let i = 0; i < numCases; i++) {
      const one = draw(rng);
      if (!sizes(one)) continue;
      const wanted = byDefinition(one);
      const cotangent = rng.fillNormal(new Float32Array(wanted.y.length));
      const before = tf.memory().numTensors;
      const { y, dx, back } = tf.tidy(() => {
        const { x, filter } = tensorsOf(one);
        const run = (image: tf.Tensor) => upfirdn2d(image as tf.Tensor4D, filter, one.options);
        const result = run(x);
        expect(result.shape).toEqual(wanted.shape);
        const gradient = tf.grad(run)(x, tf.tensor(cotangent, wanted.shape));
        // dx is linear in dy: its gradient by dy, along x, is the operation itself.
        const second = tf.grad((dy: tf.Tensor) => tf.sum(tf.mul(tf.grad(run)(x, dy), x)))(tf.tensor(cotangent, wanted.shape));
        return { y: result.dataSync(), dx: gradient.dataSync(), back: second.dataSync() };
      });
      expect(tf.memory().numTensors, "no tensor is left").toBe(before);
      // ⟨dy, A·x⟩ = ⟨Aᵀ·dy, x⟩, in doubles.
      const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, k) => sum + value * b[k], 0);
      const [left, right] = [dot(cotangent, wanted.y), dot(dx, one.x)];
      const size = Math.sqrt(dot(cotangent, cotangent) * dot(wanted.y, wanted.y)) + 1;
      const error = Math.max(gap(y, wanted.y), gap(back, wanted.y), Math.abs(left - right) / size);
      if (!(error <= worst.error)) worst = { error, what: JSON.stringify({ ...one, x: undefined, f: undefined }) };
    }
    expect(worst.error, worst.what).toBeLessThan(TOLERANCE);
  });

  test("a gradient penalty through it has the right gradient", async () => {
    await ready({ backend });
    const one: Case = { ...draw(createRng(5)), shape: [1, 4, 3, 2], filterShape: [2, 2] };
    const penalty = (image: tf.Tensor) => {
      const inner = (z: tf.Tensor) =>
        tf.sum(tf.square(upfirdn2d(tf.mul(z, z) as tf.Tensor4D, filter, { up: 2, padding: 1, gain: 3 })));
      return tf.sum(tf.square(tf.grad(inner)(image)));
    };
    const filter = tf.tensor2d([0.3, -0.2, 0.5, 0.4], [2, 2]);
    const x = tf.tensor4d(
      Float32Array.from({ length: 24 }, (_, i) => Math.sin(i + 1)),
      one.shape,
    );
    const gradient = tf.tidy(() => Float32Array.from(tf.grad(penalty)(x).dataSync()));
    const at = (i: number, by: number) =>
      tf.tidy(() => {
        const moved = Float32Array.from(x.dataSync());
        moved[i] += by;
        return penalty(tf.tensor4d(moved, one.shape)).dataSync()[0];
      });
    const scale = gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    for (const i of [0, 5, 11, 23])
      expect(Math.abs((at(i, 0.01) - at(i, -0.01)) / 0.02 - gradient[i]) / scale).toBeLessThan(2e-3); // float32 differences
    tf.dispose([x, filter]);
  });

  test("a filter that is changed, or none, is taken as it is", async () => {
    await ready({ backend });
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
      expect([...upfirdn2d(x, null, { up: 2 }).dataSync()]).toEqual([1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]);
      expect([...upfirdn2d(x, tf.zeros([2, 2])).dataSync()]).toEqual([0]);
      expect([...upfirdn2d(x, tf.tensor1d([2]), { gain: 4 }).dataSync()]).toEqual([16, 32, 48, 64]);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("bad input is refused with what was expected", async () => {
  await ready({ backend: "wasm" });
  const x = tf.zeros<tf.Rank.R4>([1, 2, 3, 1]);
  const filter = tf.ones<tf.Rank.R2>([4, 4]);
  const call = (options: object) => () => upfirdn2d(x, filter, options as Upfirdn2dOptions);
  expect(call({})).toThrow("the padded height must hold the filter's 4 taps; got 2·1 + 0 + 0");
  expect(call({ up: 0 })).toThrow("up must be a positive integer");
  expect(call({ padding: [1, 2, 3] })).toThrow("padding must be");
  expect(call({ pad: 1 })).toThrow("unknown option");
  expect(() => upfirdn2d(tf.zeros([2, 2]) as unknown as tf.Tensor4D, null)).toThrow("x must be [batch");
  tf.disposeVariables();
  tf.dispose([x, filter]);
});
