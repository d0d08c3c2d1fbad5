import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";

/** float32 sums of a few hundred products, relative to 1 + the largest entry. */
const TOLERANCE = 2e-6;
const NUM_CASES = 300;

beforeAll(() => ready({ backend: "wasm" }));

type Factor = { readonly labels: string; readonly values: Float32Array };

/** The sum over every assignment of places to labels, in double precision. */
function byDefinition(factors: readonly Factor[], output: string, sizes: Readonly<Record<string, number>>): Float64Array {
  const labels = [...new Set([...factors.flatMap((factor) => [...factor.labels]), ...output])];
  const flat = (some: string, place: Readonly<Record<string, number>>) =>
    [...some].reduce((index, label) => index * sizes[label] + place[label], 0);
  const out = new Float64Array([...output].reduce((size, label) => size * sizes[label], 1));
  const total = labels.reduce((count, label) => count * sizes[label], 1);
  for (let k = 0; k < total; k++) {
    const place: Record<string, number> = {};
    labels.reduce((rest, label) => {
      place[label] = rest % sizes[label];
      return Math.floor(rest / sizes[label]);
    }, k);
    out[flat(output, place)] += factors.reduce((product, factor) => product * factor.values[flat(factor.labels, place)], 1);
  }
  return out;
}

test(`einsum agrees with its definition in ${NUM_CASES} random equations of one and two factors`, () => {
  const rng = createRng(4);
  const scattered = (labels: readonly string[]) => rng.shuffle([...labels]).join("");
  for (let number = 0; number < NUM_CASES; number++) {
    const alphabet = ["a", "b", "c", "d", "e", "f"].slice(0, 1 + rng.integer(6));
    const sizes = Object.fromEntries(alphabet.map((label) => [label, 1 + rng.integer(5)]));
    const some = () => scattered(alphabet.filter(() => rng.integer(3) > 0));
    const terms = (number % 4 === 0 ? [some()] : [some(), some()]).map((term) => (term === "" ? alphabet[0] : term));
    const present = alphabet.filter((label) => terms.some((term) => term.includes(label)));
    const output = scattered(present.filter(() => rng.integer(2) > 0));
    const factors = terms.map((labels) => ({
      labels,
      values: rng.fillNormal(new Float32Array([...labels].reduce((size, label) => size * sizes[label], 1))),
    }));
    const equation = `${terms.join(",")}->${output}`;
    const wanted = byDefinition(factors, output, sizes);
    const before = tf.memory();
    const got = tf.tidy(() => {
      const tensors = factors.map(({ labels, values }) =>
        tf.tensor(values, [...labels].map((label) => sizes[label]) as [number]),
      );
      const out = tf.einsum(equation, ...tensors);
      expect(out.shape, equation).toEqual([...output].map((label) => sizes[label]));
      return out.dataSync();
    });
    expect(tf.memory().numTensors, equation).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers, equation).toBe(before.numDataBuffers);
    const largest = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
    wanted.forEach((value, i) => {
      expect(Math.abs(value - got[i]) / largest, `${equation}, entry ${i}`).toBeLessThan(TOLERANCE);
    });
  }
});

test("an input that comes through unchanged outlives the result, integers stay integers, and bad equations are refused", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    tf.einsum("ij->ij", x).dispose();
    expect([...x.dataSync()]).toEqual([1, 2, 3, 4]);
    const n = tf.tensor2d([1, 2, 3, 4], [2, 2], "int32");
    const product = tf.einsum("ij,jk->ik", n, n);
    expect(product.dtype).toBe("int32");
    expect([...product.dataSync()]).toEqual([7, 10, 15, 22]);
    expect(() => tf.einsum("ij->ii", x)).toThrow("each axis once");
    expect(() => tf.einsum("ij,jk->ik", x, tf.ones([3, 2]))).toThrow("Expected dimension");
    expect(() => tf.einsum("ii->i", x)).toThrow("duplicate axes");
  });
});

test("gradients through einsum are right, to the second order", () => {
  tf.tidy(() => {
    const rng = createRng(1);
    const a = tf.tensor(rng.fillNormal(new Float32Array(24)), [2, 3, 4]);
    const b = tf.tensor(rng.fillNormal(new Float32Array(40)), [2, 4, 5]);
    const loss = (f: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor) => (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.square(f(x, y)));
    const penalty = (f: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor) => (x: tf.Tensor, y: tf.Tensor) =>
      tf.sum(tf.square(tf.grads(loss(f))([x, y])[0]));
    const byEinsum = tf.grads(penalty((x, y) => tf.einsum("bij,bjk->bki", x, y)))([a, b]);
    const byProduct = tf.grads(penalty((x, y) => tf.transpose(tf.matMul(x, y), [0, 2, 1])))([a, b]);
    byEinsum.forEach((gradient, i) => {
      const [got, wanted] = [gradient, byProduct[i]].map((tensor) => tensor.dataSync<"float32">());
      const largest = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
      wanted.forEach((value, k) => {
        expect(Math.abs(value - got[k]) / largest).toBeLessThan(1e-5);
      });
    });
  });
});
