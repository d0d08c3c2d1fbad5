import { createRng } from "repro-kit";
import type { Engine, Precision } from "../executable.ts";
import { addSlope } from "./add-slope.ts";
import type { NoisyCircuit } from "./noisy-circuit.ts";
import { simulableSteps } from "./simulable-steps.ts";
import { takeStart } from "./start-state.ts";
import { createTrajectoryAdjoint } from "./trajectory-adjoint.ts";
import { createTrajectoryMemory } from "./trajectory-memory.ts";
import { isMove, planTrajectories } from "./trajectory-plan.ts";
import { gateSlopes, prepareSample } from "./trajectory-sample.ts";
import { createTrajectoryWalk } from "./trajectory-walk.ts";
import { createTrajectoryWords } from "./trajectory-words.ts";

/** How many trajectories, in which precision and memory. */
export interface TrajectoryOptions {
  readonly precision: Precision;
  readonly trajectories: number;
  /** Of the draws: the same at every call. */
  readonly seed: () => number;
  readonly memoryLimitBytes: number;
}

/** A basis state a shot. */
interface ShotOptions {
  readonly inputs: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  readonly shots: number;
}

/** An engine that can also be read shot by shot. */
export interface TrajectoryEngine extends Engine {
  /** What is read in each shot, from a trajectory of its own, with the readout's errors; wire 0 is the most significant bit. */
  sample(options: ShotOptions): Int32Array;
}

/**
 * Runs trajectories, as many at once as a vector has lanes: 4 in float32, 2 in float64.
 *
 * The gradient is the adjoint along each trajectory with the draws and their probabilities held fixed: for K drawn with probability
 * p(θ₀) the state is Kψ/√p(θ₀), so the mean of the slopes over draws is that of Σ_k ⟨ψ|K_k† O K_k|ψ⟩, without bias.
 *
 * @see Dalibard, Castin & Mølmer 1992, Phys. Rev. Lett. 68, 580 (wave functions with quantum jumps)
 */
export function createTrajectoryEngine(noisy: NoisyCircuit, options: TrajectoryOptions): TrajectoryEngine {
  const { precision, trajectories, seed, memoryLimitBytes } = options;
  const { circuit, readout } = noisy;
  const { numQubits, observables, numInputs } = circuit;
  const { start, rest } = takeStart(numQubits, noisy.steps);
  const steps = simulableSteps(rest);
  const plan = planTrajectories(numQubits, steps);
  const words = createTrajectoryWords(noisy);
  const dims = plan.steps.map(({ wires }) => 2 ** wires.length);
  const numKept = plan.steps.filter((step) => !isMove(step)).length;
  const createRoom = (kept: number) => {
    const memory = createTrajectoryMemory({
      numQubits,
      precision,
      matrixDims: [...dims, ...dims],
      numKept: kept,
      memoryLimitBytes,
    });
    return { memory, walk: createTrajectoryWalk(plan, memory), adjoint: createTrajectoryAdjoint(plan, memory) };
  };
  let room: ReturnType<typeof createRoom> | undefined;
  /** The room at hand if it is large enough: the states of the way forth are kept for gradients only. */
  const roomFor = (kept: number) => {
    if (!room || room.memory.numKept < kept) room = createRoom(kept);
    return room;
  };
  const streamsOf = (sample: number) => {
    const stream = createRng(seed()).fork("sample", sample);
    return (first: number, lanes: number) =>
      Array.from({ length: lanes }, (_, lane) => stream.fork("trajectory", first + lane).uniform);
  };
  const sourcesOf = (inputs: ArrayLike<number>, weights: ArrayLike<number>, sample: number) => ({
    ...{ weights, weightOffset: 0 },
    ...{ inputs, inputOffset: sample * numInputs },
  });

  return {
    forward({ inputs, weights, batch }, outputs) {
      const { memory, walk } = roomFor(0);
      const exact = new Float64Array(outputs.length);
      for (let sample = 0; sample < batch; sample++) {
        const streams = streamsOf(sample);
        const at = sourcesOf(inputs, weights, sample);
        memory.setStart(start.amplitudes(at));
        walk.setSample(prepareSample(plan, steps, at));
        for (let first = 0; first < trajectories; first += memory.lanes) {
          walk.run(streams(first, memory.lanes), false);
          const numLanes = Math.min(memory.lanes, trajectories - first);
          words.addValues(memory, numLanes, 1 / trajectories, exact, sample * observables.length);
        }
      }
      outputs.set(exact);
      return undefined;
    },
    backward({ inputs, weights, batch }, cotangent, gradients) {
      const { memory, walk, adjoint } = roomFor(numKept);
      const exact = { inputs: new Float64Array(gradients.inputs.length), weights: new Float64Array(gradients.weights.length) };
      for (let sample = 0; sample < batch; sample++) {
        const streams = streamsOf(sample);
        const at = sourcesOf(inputs, weights, sample);
        const prepared = prepareSample(plan, steps, at);
        const amplitudes = start.amplitudes(at);
        const byAmplitudes = new Float64Array(amplitudes ? 2 ** numQubits : 0);
        memory.setStart(amplitudes);
        walk.setSample(prepared);
        adjoint.setSample(prepared, gateSlopes(steps, at));
        words.setCotangent(memory, cotangent, sample * observables.length);
        const add = (step: number, angle: number, slope: number) => addSlope(steps[step], angle, slope, at.inputOffset, exact);
        for (let first = 0; first < trajectories; first += memory.lanes) {
          walk.run(streams(first, memory.lanes), true);
          words.setAdjoint(memory, Math.min(memory.lanes, trajectories - first), 1 / trajectories);
          adjoint.run(walk, add);
          if (amplitudes) memory.addBra(2, byAmplitudes);
        }
        adjoint.finish(add);
        start.addSlopes(at, byAmplitudes, exact);
      }
      gradients.inputs.set(exact.inputs);
      gradients.weights.set(exact.weights);
    },
    sample({ inputs, weights, shots }) {
      const { memory, walk } = roomFor(0);
      const { lanes, ket } = memory;
      const streams = streamsOf(0);
      const out = new Int32Array(shots);
      const at = sourcesOf(inputs, weights, 0);
      memory.setStart(start.amplitudes(at));
      walk.setSample(prepareSample(plan, steps, at));
      for (let first = 0; first < shots; first += lanes) {
        const uniforms = streams(first, lanes);
        walk.run(uniforms, false);
        for (let lane = 0; lane < Math.min(lanes, shots - first); lane++) {
          const weightOf = (x: number) => ket[2 * x * lanes + lane] ** 2 + ket[(2 * x + 1) * lanes + lane] ** 2;
          let read = drawBasisState(weightOf, 2 ** numQubits, uniforms[lane]);
          readout.forEach((error, wire) => {
            if (!error) return;
            const bit = 2 ** (numQubits - 1 - wire);
            if (uniforms[lane]() < (read & bit ? error.p0given1 : error.p1given0)) read ^= bit;
          });
          out[first + lane] = read;
        }
      }
      return out;
    },
  };
}

/** A basis state drawn by weights, which need not sum to 1. */
function drawBasisState(weightOf: (x: number) => number, size: number, uniform: () => number): number {
  let total = 0;
  for (let x = 0; x < size; x++) total += weightOf(x);
  let left = uniform() * total;
  for (let x = 0; x < size - 1; x++) {
    left -= weightOf(x);
    if (left < 0) return x;
  }
  return size - 1;
}
