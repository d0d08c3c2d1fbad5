import { expect, test } from "vitest";
import type { Engine } from "./executable.ts";
import { createHeadedEngine, type OutputHead, sumsHead } from "./output-head.ts";

/** Words w₀ = x, w₁ = x² of one input; counts its forward passes. */
function powers(): { readonly engine: Engine; readonly runs: () => number } {
  let runs = 0;
  const engine: Engine = {
    forward({ inputs, batch }, outputs) {
      runs++;
      for (let b = 0; b < batch; b++) outputs.set([inputs[b], inputs[b] ** 2], 2 * b);
      return runs;
    },
    backward({ inputs, batch }, cotangent, gradients) {
      for (let b = 0; b < batch; b++) gradients.inputs[b] = cotangent[2 * b] + 2 * inputs[b] * cotangent[2 * b + 1];
    },
  };
  return { engine, runs: () => runs };
}
/** w₀·w₁ = x³ */
const product: OutputHead = {
  numOutputs: 1,
  isLinear: false,
  forward([a, b], outputs) {
    outputs[0] = a * b;
  },
  backward([a, b], [v], wordCotangent) {
    wordCotangent.set([v * b, v * a]);
  },
};
const gradientOf = (engine: Engine, inputs: number[], cotangent: number[], ticket: number | undefined) => {
  const gradients = { inputs: new Float64Array(inputs.length), weights: new Float64Array(0) };
  engine.backward({ inputs, weights: [], batch: inputs.length }, cotangent, gradients, ticket);
  return [...gradients.inputs];
};

test("values and slopes go through a function of the words", () => {
  const { engine, runs } = powers();
  const headed = createHeadedEngine(engine, product, 2, 1);
  const outputs = new Float64Array(2);
  const ticket = headed.forward({ inputs: [2, 3], weights: [], batch: 2 }, outputs, true);
  expect([...outputs]).toEqual([8, 27]);
  expect(gradientOf(headed, [2, 3], [1, 2], ticket)).toEqual([12, 54]);
  expect(runs()).toBe(1);
  expect(gradientOf(headed, [1, 2], [1, 1], undefined)).toEqual([3, 12]);
  expect(runs()).toBe(2);
});

test("sums need no forward pass for their slopes", () => {
  const { engine, runs } = powers();
  const sums = sumsHead([
    [
      { observable: 0, coefficient: 2 },
      { observable: 1, coefficient: -1 },
    ],
    [{ observable: 1, coefficient: 3 }],
  ]);
  const headed = createHeadedEngine(engine, sums, 2, 1);
  const outputs = new Float64Array(2);
  headed.forward({ inputs: [2], weights: [], batch: 1 }, outputs, false);
  expect([...outputs]).toEqual([0, 12]);
  const gradients = { inputs: new Float64Array(1), weights: new Float64Array(0) };
  headed.backward({ inputs: [2], weights: [], batch: 1 }, [1, 1], gradients, undefined);
  expect([...gradients.inputs]).toEqual([2 + 2 * 2 * 2]);
  expect(runs()).toBe(1);
});
