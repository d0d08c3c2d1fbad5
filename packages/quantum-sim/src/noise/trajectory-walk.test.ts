import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { matrix } from "../complex-matrix.ts";
import { CNOT, RY } from "../gates/index.ts";
import { applyMatrix, createStatevector, resetStatevector } from "../statevector.ts";
import { krausChannel, kronecker } from "./channel.ts";
import { amplitudeDamping, bitFlip } from "./channels.ts";
import type { NoisyOperation } from "./noisy-circuit.ts";
import { createTrajectoryMemory } from "./trajectory-memory.ts";
import { planTrajectories } from "./trajectory-plan.ts";
import { prepareSample } from "./trajectory-sample.ts";
import { createTrajectoryWalk } from "./trajectory-walk.ts";

function walkOf(steps: readonly NoisyOperation[]) {
  const plan = planTrajectories(2, steps);
  const matrixDims = [...plan.steps, ...plan.steps].map(({ wires }) => 2 ** wires.length);
  const memory = createTrajectoryMemory({
    numQubits: 2,
    precision: "float64",
    matrixDims,
    numKept: 0,
    memoryLimitBytes: 2 ** 24,
  });
  const walk = createTrajectoryWalk(plan, memory);
  memory.setStart(undefined);
  walk.setSample(prepareSample(plan, steps, { weights: [], weightOffset: 0, inputs: [], inputOffset: 0 }));
  return { plan, memory, walk };
}
const norm = (memory: ReturnType<typeof walkOf>["memory"], lane: number) => {
  memory.expectWord({ flip: 0, sign: 0 });
  return memory.overlaps[lane];
};
const never = () => 1 - 1e-15;
const always = () => 0;

test("a lane that draws nothing does the usual, and its norm is the chance of it", () => {
  const { walk, memory, plan } = walkOf([RY.on([0], 1), amplitudeDamping(0.3).on([0]), bitFlip(0.1).on([1]), CNOT.on([0, 1])]);
  walk.run([never, never], false);
  plan.steps.forEach((_, step) => {
    expect(walk.unusual(0, step)).toBeUndefined();
  });
  expect(norm(memory, 0)).toBeCloseTo(1 - 0.3 * Math.sin(0.5) ** 2, 14);
});

test("a lane that draws takes a branch and, where it looks at the state, has norm 1", () => {
  const { walk, memory } = walkOf([RY.on([0], 1), amplitudeDamping(0.3).on([0]), bitFlip(0.1).on([1])]);
  walk.run([never, always], false);
  expect(walk.unusual(0, 0)).toBeUndefined();
  expect(walk.unusual(1, 0)?.factors.length).toBe(2);
  expect(norm(memory, 1)).toBeCloseTo(1, 14);
  // Wire 1 was flipped in lane 1: |?1⟩.
  expect(memory.ket[0 * 2 + 1]).toBe(0);
  expect(walk.unusual(1, 1)?.matrix.re[1]).toBeCloseTo(1, 14);
});

test("jumps come as often as the state says, on one wire and on two", () => {
  const damped = [matrix([1, 0, 0, Math.sqrt(0.4)]), matrix([0, Math.sqrt(0.6), 0, 0])];
  const onPair = krausChannel(
    "onPair",
    damped.map((K) => kronecker(K, matrix([1, 0, 0, 1]))),
  );
  for (const [channel, wires] of [
    [amplitudeDamping(0.6), [0]],
    [onPair, [0, 1]],
  ] as const) {
    const { walk, plan } = walkOf([RY.on([0], 1.2), CNOT.on([0, 1]), channel.on(wires)]);
    const step = plan.steps.length - 1;
    const { uniform } = createRng(7);
    const N = 10_000;
    let numJumps = 0;
    for (let i = 0; i < N / 2; i++) {
      walk.run([uniform, uniform], false);
      // √γ|0⟩⟨1| has no entry 00.
      for (const lane of [0, 1]) if (walk.unusual(lane, step)?.matrix.re[0] === 0) numJumps++;
    }
    const p = 0.6 * Math.sin(0.6) ** 2;
    expect(Math.abs(numJumps / N - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / N));
  }
});

test("the state is the product of what acted", () => {
  const steps = [RY.on([0], 1), CNOT.on([0, 1]), amplitudeDamping(0.5).on([1]), RY.on([1], 0.4), bitFlip(0.4).on([1])];
  const { walk, memory, plan } = walkOf(steps);
  const usual = prepareSample(plan, steps, { weights: [], weightOffset: 0, inputs: [], inputOffset: 0 }).usual;
  const { uniform } = createRng(2);
  for (let i = 0; i < 20; i++) {
    walk.run([uniform, uniform], false);
    for (const lane of [0, 1]) {
      const state = createStatevector(2);
      resetStatevector(state);
      plan.steps.forEach((step, index) => {
        applyMatrix(walk.unusual(lane, index)?.matrix ?? usual[index] ?? CNOT.matrix([]), step.wires, state);
      });
      state.re.forEach((x, k) => {
        expect(memory.ket[2 * k * 2 + lane]).toBeCloseTo(x, 13);
        expect(memory.ket[(2 * k + 1) * 2 + lane]).toBeCloseTo(state.im[k], 13);
      });
    }
  }
});
