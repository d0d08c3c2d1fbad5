import type { Circuit } from "../circuit.ts";
import type { Precision } from "../executable.ts";
import { createStatevector, type Statevector } from "../statevector.ts";
import { type AngleValues, angleAt } from "./angle-values.ts";
import { createKernelMemory } from "./kernel-memory.ts";
import { createLaneLayout } from "./lane-layout.ts";
import { createMeasureRunner } from "./measure-runner.ts";
import { createMoments, pairStages } from "./moments.ts";
import { phaseOf } from "./primitives.ts";
import { createProgramRun, readState, scratchStates } from "./program-run.ts";
import { type GlobalPhase, schedule } from "./schedule.ts";

export interface CircuitStateOptions {
  /** [numInputs], in radians. */
  readonly inputs: ArrayLike<number>;
  /** [numWeights], in radians. */
  readonly weights: ArrayLike<number>;
  /** Of the computation; the result is float64. Default "float64". */
  readonly precision?: Precision;
  /** Default 4 GiB less a page, what WebAssembly can address. */
  readonly memoryLimitBytes?: number;
}

/** The state that a circuit prepares from |0…0⟩, with its global phase, by the compiled program. */
export function circuitState(circuit: Circuit, options: CircuitStateOptions): Statevector {
  const { inputs, weights, precision = "float64", memoryLimitBytes = 2 ** 32 } = options;
  const { numQubits } = circuit;
  const memory = createKernelMemory(precision, memoryLimitBytes);
  const layout = createLaneLayout(memory, numQubits, false);
  const plan = schedule(circuit);
  const moments = createMoments(layout, pairStages(plan, true), { keepPhases: true, startsAtZero: !plan.preparation });
  const scratch = memory.allocate(scratchStates(layout, moments) * layout.stateBytes);
  const work = { scratch, bra: 0, spareBra: 0, spareKet: 0 };
  const run = createProgramRun(layout, moments, createMeasureRunner(layout, [], plan.bitOf), work, plan.preparation);
  const slots = memory.allocate(2 * layout.stateBytes);
  const factors = memory.allocate(Math.max(0, ...moments.map(({ free }) => free?.factorBytes ?? 0)));
  const at = { slot: (k: number) => slots + (k % 2) * layout.stateBytes, factors: () => factors };
  const values: AngleValues = { weights, weightOffset: 0, inputs, inputOffset: 0 };
  run.prepare([values], true);
  run.forward(at, { rebuild: true });
  const [re, im] = run.wholePhase();
  const phase = plan.globalPhases.reduce((sum, one) => sum + globalPhase(one, values), 0);
  const scale = run.endScale();
  const factor = [
    scale * (re * Math.cos(phase) - im * Math.sin(phase)),
    scale * (re * Math.sin(phase) + im * Math.cos(phase)),
  ] as const;
  const state = createStatevector(numQubits);
  readState(layout, at.slot(run.numSlots - 1), 0, plan.bitOf, factor, state.re, state.im);
  return state;
}

function globalPhase(one: GlobalPhase, at: AngleValues): number {
  if ("gate" in one) return phaseOf(one.gate.matrix(one.angles.map((angle) => angleAt(angle, at))));
  return one.coefficient * angleAt(one.angle, at);
}
