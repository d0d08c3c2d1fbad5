import { describe, expect, test } from "vitest";
import { matrix } from "../complex-matrix.ts";
import { CNOT, H, RY } from "../gates/index.ts";
import { pauliWord } from "../observable.ts";
import { createStateBatch } from "./state-batch.ts";

const none = { weights: [], weightOffset: 0, inputs: [], inputOffset: 0 };

function expectClose(found: Float64Array, wanted: readonly number[]): void {
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 14);
}

describe("a batch of states", () => {
  test("each lane has matrices and angles of its own", () => {
    const states = createStateBatch(2);
    states.prepare([RY.on([1], { input: 0 })]).apply([
      { weights: [], weightOffset: 0, inputs: [0.4, 1.1], inputOffset: 0 },
      { weights: [], weightOffset: 0, inputs: [0.4, 1.1], inputOffset: 1 },
    ]);
    states.applyMatrix([matrix([1, 0, 0, 1]), matrix([0, 1, 1, 0])], [0]);
    const [first, second] = states.expect([pauliWord("Z0"), pauliWord("Z1"), pauliWord("X1")]);
    for (const [found, wanted] of [
      [first, [1, Math.cos(0.4), Math.sin(0.4)]],
      [second, [-1, Math.cos(1.1), Math.sin(1.1)]],
    ] as const)
      for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 6);
  });

  test("the reduced density of a Bell pair is half the identity; of a part of a product, the projector", () => {
    const states = createStateBatch(3, { precision: "float64" });
    states.prepare([H.on([0]), CNOT.on([0, 1]), RY.on([2], 0.6)]).apply([none]);
    const [bell] = states.reducedDensity([1]);
    expectClose(bell.re, [0.5, 0, 0, 0.5]);
    const [pure] = states.reducedDensity([2]);
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    expectClose(pure.re, [c * c, c * s, c * s, s * s]);
  });

  test("entries are ψ_r·conj ψ_c, also where they are complex", () => {
    const states = createStateBatch(1, { precision: "float64" });
    states.applyMatrix([matrix([0.6, 0, 0, 0], [0, 0, 0.8, 0])], [0]); // 0.6|0⟩ + 0.8i|1⟩
    const [{ im }] = states.reducedDensity([0]);
    expectClose(im, [0, -0.48, 0.48, 0]);
  });

  test("states are set and read", () => {
    const states = createStateBatch(2);
    const state = { numQubits: 2, re: Float64Array.of(0.5, 0, 0, 0.5), im: Float64Array.of(0, 0.5, -0.5, 0) };
    states.write(1, state);
    expect(states.read(1)).toEqual(state);
    expect([...states.read(0).re]).toEqual([1, 0, 0, 0]);
    states.reset();
    expect([...states.read(1).re]).toEqual([1, 0, 0, 0]);
  });

  test("a matrix of another size is refused", () => {
    expect(() => createStateBatch(2).applyMatrix([matrix([1, 0, 0, 1])], [0, 1])).toThrow("must have dimension 4; got 2");
  });
});
