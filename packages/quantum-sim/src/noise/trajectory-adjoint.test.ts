import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { CNOT, CZ } from "../gates/index.ts";
import { applyMatrix, createStatevector, expectPauli, resetStatevector } from "../statevector.ts";
import { everyChannel, everyChannelInputs, everyChannelWeights } from "./__fixtures__/every-channel.ts";
import { addSlope } from "./add-slope.ts";
import { createTrajectoryAdjoint } from "./trajectory-adjoint.ts";
import { createTrajectoryMemory } from "./trajectory-memory.ts";
import { planTrajectories } from "./trajectory-plan.ts";
import { gateSlopes, prepareSample } from "./trajectory-sample.ts";
import { createTrajectoryWalk } from "./trajectory-walk.ts";
import { createTrajectoryWords } from "./trajectory-words.ts";
import { fromTwoByTwo, identityTwoByTwo, productOf } from "./two-by-two.ts";

const { steps } = everyChannel;
const plan = planTrajectories(3, steps);
const sourcesOf = (weights: ArrayLike<number>) => ({ weights, weightOffset: 0, inputs: everyChannelInputs, inputOffset: 0 });
const matrixDims = [...plan.steps, ...plan.steps].map(({ wires }) => 2 ** wires.length);
const options = {
  numQubits: 3,
  precision: "float64",
  matrixDims,
  numKept: plan.steps.length,
  memoryLimitBytes: 2 ** 24,
} as const;
const memory = createTrajectoryMemory(options);
const walk = createTrajectoryWalk(plan, memory);
memory.setStart(undefined);
const Z0 = { flip: 0, sign: 4, numY: 0 };
const norm = { flip: 0, sign: 0, numY: 0 };

/** The state at the end of the last run of a lane, with other weights: the operators that were drawn stay. */
function replay(weights: ArrayLike<number>, lane: number) {
  const { singles, usual } = prepareSample(plan, steps, sourcesOf(weights));
  const state = createStatevector(3);
  resetStatevector(state);
  plan.steps.forEach((step, index) => {
    const unusual = walk.unusual(lane, index);
    const move = step.kind === "cnot" ? CNOT.matrix([]) : CZ.matrix([]);
    if (unusual && step.kind === "run") {
      const factors = step.items.map((item, i) => (item.kind === "gate" ? singles[item.step] : unusual.factors[i]));
      const product = factors.reduce((before, factor) => productOf(factor, before), identityTwoByTwo());
      applyMatrix(fromTwoByTwo(product), step.wires, state);
    } else applyMatrix(unusual?.matrix ?? usual[index] ?? move, step.wires, state);
  });
  return state;
}

test("slopes of a run are central differences with the drawn operators held fixed", () => {
  const back = createTrajectoryAdjoint(plan, memory);
  const words = createTrajectoryWords({ ...everyChannel, readout: [] });
  const at = sourcesOf(everyChannelWeights);
  const sample = prepareSample(plan, steps, at);
  const { uniform } = createRng(4);
  for (let i = 0; i < 10; i++) {
    const found = { inputs: new Float64Array(1), weights: new Float64Array(6) };
    const add = (step: number, angle: number, slope: number) => addSlope(steps[step], angle, slope, 0, found);
    walk.setSample(sample);
    back.setSample(sample, gateSlopes(steps, at));
    words.setCotangent(memory, [1, 0, 0, 0], 0);
    walk.run([uniform, uniform], true);
    words.setAdjoint(memory, 2, 1);
    back.run(walk, add);
    back.finish(add);
    const norms = [0, 1].map((lane) => expectPauli(norm, replay(everyChannelWeights, lane)));
    const loss = (weights: ArrayLike<number>) =>
      norms.reduce((sum, total, lane) => sum + expectPauli(Z0, replay(weights, lane)) / total, 0);
    found.weights.forEach((slope, k) => {
      const moved = (h: number) => loss(everyChannelWeights.map((value, j) => (j === k ? value + h : value)));
      expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 8);
    });
  }
});
