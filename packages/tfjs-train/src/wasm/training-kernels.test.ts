import * as tf from "@tensorflow/tfjs-core";
import { createRng, type Rng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";

/** Two float32 summation orders over a few thousand products; relative to the largest entry. */
const TOLERANCE = 1e-4;
const NUM_CASES = 160;

beforeAll(async () => {
  await ready({ backend: "cpu" });
  await ready({ backend: "wasm" });
});

/** The same computation on both backends; returns the largest difference relative to the largest entry. */
async function gap(run: () => tf.Tensor): Promise<number> {
  const results: Float32Array[] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    await ready({ backend });
    const before = tf.memory().numTensors;
    const out = tf.tidy(run);
    results.push((await out.data()) as Float32Array);
    out.dispose();
    expect(tf.memory().numTensors, "no tensor is left").toBe(before);
  }
  const [wanted, got] = results;
  expect(got.length).toBe(wanted.length);
  let largest = 1e-3;
  let difference = 0;
  for (let i = 0; i < wanted.length; i++) {
    largest = Math.max(largest, Math.abs(wanted[i]));
    const error = Math.abs(wanted[i] - got[i]);
    difference = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(difference, error);
  }
  return difference / largest;
}

const values = (rng: Rng, shape: number[]) => rng.fillNormal(new Float32Array(tf.util.sizeFromShape(shape)));
const pick = <T>(rng: Rng, choices: readonly T[]): T => choices[rng.integer(choices.length)];

type Pad = "same" | "valid" | [[number, number], [number, number], [number, number], [number, number]];

test(`convolution gradients agree with the cpu backend in ${NUM_CASES} random cases`, async () => {
  const rng = createRng(3);
  let worst = { error: 0, what: "" };
  for (let i = 0; i < NUM_CASES; i++) {
    const [height, width] = [3 + rng.integer(12), 3 + rng.integer(12)];
    const [kh, kw] = [1 + rng.integer(5), 1 + rng.integer(5)];
    const dilation = pick(rng, [1, 1, 1, 2, 3]);
    const stride: [number, number] = dilation > 1 ? [1, 1] : [1 + rng.integer(4), 1 + rng.integer(4)];
    const [inChannels, outChannels, batch] = [1 + rng.integer(9), 1 + rng.integer(9), 1 + rng.integer(5)];
    const side = (): [number, number] => [rng.integer(3), rng.integer(3)];
    const pad = pick<Pad>(rng, ["same", "valid", [[0, 0], side(), side(), [0, 0]]]);
    const x = values(rng, [batch, height, width, inChannels]);
    const w = values(rng, [kh, kw, inChannels, outChannels]);
    const reach = [(kh - 1) * dilation + 1, (kw - 1) * dilation + 1];
    const padded = typeof pad === "string" ? [height, width] : [height + pad[1][0] + pad[1][1], width + pad[2][0] + pad[2][1]];
    if (pad !== "same" && (padded[0] < reach[0] || padded[1] < reach[1])) continue;
    const forward = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad, "NHWC", dilation);
    const gradient = (which: 0 | 1) => () => {
      const tensors: [tf.Tensor, tf.Tensor] = [
        tf.tensor(x, [batch, height, width, inChannels]),
        tf.tensor(w, [kh, kw, inChannels, outChannels]),
      ];
      return tf.grads((a, b) => tf.sum(tf.mul(forward(a, b), tf.sin(forward(a, b)))))(tensors)[which];
    };
    for (const which of [0, 1] as const) {
      const error = await gap(gradient(which));
      const what = `${which === 0 ? "dx" : "dW"} x [${batch},${height},${width},${inChannels}] w [${kh},${kw},…,${outChannels}] stride ${stride} pad ${JSON.stringify(pad)} dilation ${dilation}`;
      if (!(error <= worst.error)) worst = { error, what };
    }
  }
  expect(worst.error, worst.what).toBeLessThan(TOLERANCE);
});

test("same padding with a filter smaller than its stride is right, forwards too", async () => {
  const rng = createRng(6);
  const x = values(rng, [2, 14, 7, 5]);
  const w = values(rng, [1, 3, 5, 3]);
  const depthwise = values(rng, [1, 3, 5, 1]);
  expect(await gap(() => tf.conv2d(tf.tensor4d(x, [2, 14, 7, 5]), tf.tensor4d(w, [1, 3, 5, 3]), [4, 3], "same"))).toBeLessThan(
    TOLERANCE,
  );
  expect(
    await gap(() => tf.depthwiseConv2d(tf.tensor4d(x, [2, 14, 7, 5]), tf.tensor4d(depthwise, [1, 3, 5, 1]), [4, 4], "same")),
  ).toBeLessThan(TOLERANCE);
});

test("reductions and tile over leading axes agree with the cpu backend", async () => {
  const rng = createRng(4);
  for (const shape of [
    [5, 7],
    [3, 4, 5],
    [2, 3, 4, 6],
    [9, 1, 1, 13],
    [1, 1, 1, 3],
    [40, 33],
  ])
    for (let leading = 0; leading <= shape.length; leading++) {
      const data = values(rng, shape);
      const axes = shape.slice(0, leading).map((_, i) => i);
      for (const keep of [true, false]) {
        expect(await gap(() => tf.sum(tf.tensor(data, shape), axes, keep))).toBeLessThan(TOLERANCE);
        expect(await gap(() => tf.mean(tf.tensor(data, shape), axes, keep))).toBeLessThan(TOLERANCE);
      }
    }
  for (const [shape, reps] of [
    [
      [1, 1, 3],
      [4, 5, 1],
    ],
    [
      [1, 1],
      [3, 7],
    ],
    [
      [2, 3],
      [2, 2],
    ],
    [
      [1, 4],
      [5, 2],
    ],
    [
      [1, 1, 1, 1],
      [2, 3, 4, 5],
    ],
  ] as const) {
    const data = values(rng, [...shape]);
    expect(await gap(() => tf.tile(tf.tensor(data, [...shape]), [...reps]))).toBe(0);
  }
});

test("what is empty is repeated and reduced without touching its neighbours", async () => {
  await ready({ backend: "wasm" });
  tf.tidy(() => {
    const dirt = tf.fill([4096], 7); // what lies in the heap before
    dirt.dispose();
    const [before, empty, after] = [tf.fill([64], 3), tf.zeros([0, 3]), tf.fill([64], 3)];
    for (let i = 0; i < 20; i++) {
      expect(tf.tile(tf.fill([1, 3], 9), [0, 1]).shape).toEqual([0, 3]);
      expect(tf.tile(tf.fill([1], 9), [0]).shape).toEqual([0]);
    }
    expect([...tf.sum(empty, 0).dataSync()]).toEqual([0, 0, 0]);
    expect([...tf.mean(empty, 0).dataSync()]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([...tf.max(empty, 0).dataSync()]).toEqual(new Array(3).fill(Number.NEGATIVE_INFINITY));
    expect(tf.sum(tf.zeros([2, 0, 5]), [0, 1], true).dataSync()).toEqual(new Float32Array(5));
    expect(tf.sum(tf.zeros([2, 0, 5]), [0, 2]).shape).toEqual([0]);
    expect(tf.grad((x) => tf.sum(tf.mean(x, 0)))(empty).shape).toEqual([0, 3]);
    expect([
      ...tf
        .grad((x) => tf.sum(tf.square(tf.tile(x, [0, 2]))))(tf.ones([2, 2]))
        .dataSync(),
    ]).toEqual([0, 0, 0, 0]);
    for (const neighbour of [before, after]) expect(neighbour.dataSync().every((value) => value === 3)).toBe(true);
  });
});

test("gather, depthwise and leakyRelu gradients agree with the cpu backend", async () => {
  const rng = createRng(5);
  for (const size of [3, 8, 33]) {
    const table = values(rng, [6, size]);
    const gathered = () =>
      tf.grad((x) => tf.sum(tf.square(tf.gather(x, tf.tensor1d([0, 2, 2, 5], "int32")))))(tf.tensor2d(table, [6, size]));
    expect(await gap(gathered)).toBeLessThan(TOLERANCE);
    expect(
      await gap(() => tf.unsortedSegmentSum(tf.tensor2d(table, [6, size]), tf.tensor1d([1, -1, 0, 1, 3, 1], "int32"), 4)),
    ).toBeLessThan(TOLERANCE);
  }
  const summed = () =>
    tf.grad((x) => tf.sum(tf.square(tf.unsortedSegmentSum(x, tf.tensor1d([1, -1, 4, 1, 9, 0], "int32"), 4))))(tf.ones([6, 3]));
  expect(await gap(summed), "rows of segments that there are not").toBe(0);
  expect([...tf.tidy(() => summed().dataSync())].map((slope) => slope / 2)).toEqual(
    [2, 0, 0, 2, 0, 1].flatMap((slope) => [slope, slope, slope]),
  );
  const x = values(rng, [2, 7, 6, 3]);
  const w = values(rng, [3, 3, 3, 2]);
  for (const stride of [1, 2])
    for (const pad of ["same", "valid"] as const)
      for (const which of [0, 1] as const) {
        const tensors = (): [tf.Tensor, tf.Tensor] => [tf.tensor(x, [2, 7, 6, 3]), tf.tensor(w, [3, 3, 3, 2])];
        const run = () =>
          tf.grads((a, b) => tf.sum(tf.square(tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad))))(tensors())[
            which
          ];
        expect(await gap(run)).toBeLessThan(TOLERANCE);
      }
  for (const size of [1, 3, 4, 17]) {
    const data = values(rng, [size]);
    expect(await gap(() => tf.grad((a) => tf.sum(tf.square(tf.leakyRelu(a, 0.3))))(tf.tensor1d(data)))).toBeLessThan(1e-6);
  }
});

test("a transposed convolution to a size that does not belong to its images is refused", async () => {
  await ready({ backend: "wasm" });
  const turned = (shape: [number, number, number, number]) => () =>
    tf.tidy(
      () => tf.conv2dTranspose(tf.ones<tf.Rank.R4>([1, 4, 4, 1]), tf.ones<tf.Rank.R4>([3, 3, 1, 1]), shape, 2, "same").shape,
    );
  expect(turned([1, 7, 8, 1])()).toEqual([1, 7, 8, 1]);
  expect(turned([1, 9, 9, 1])).toThrow("a result of [1, 9, 9, 1] belongs to images of [1, 5, 5, 1]; got [1, 4, 4, 1]");
  expect(turned([3, 8, 8, 1])).toThrow("belongs to images of [3, 4, 4, 1]; got [1, 4, 4, 1]");
});

test("a filter that replaces another at the same address is not confused with it", async () => {
  await ready({ backend: "wasm" });
  const x = tf.ones<tf.Rank.R4>([1, 8, 8, 4]);
  for (let i = 1; i <= 5; i++) {
    const w = tf.fill<tf.Rank.R4>([3, 3, 4, 4], i);
    const [sum] = tf.tidy(() => tf.sum(tf.conv2d(x, w, 1, "valid")).dataSync());
    expect(sum).toBe(36 * 4 * 36 * i);
    w.dispose();
  }
  x.dispose();
});
