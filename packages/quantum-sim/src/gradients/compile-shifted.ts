import { checkOptions } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import type { CircuitRunner } from "../circuit-runner.ts";
import { createExecutable, type Executable, type Precision } from "../executable.ts";
import { freeCircuit } from "./free-circuit.ts";
import { exactRunner, parameterShiftPlan, runPlan } from "./parameter-shift.ts";

export interface CompileShiftedOptions {
  /** What runs the circuit; default the exact simulator in float64. */
  readonly runner?: CircuitRunner;
  /** Of the results; default "float32". */
  readonly precision?: Precision;
  /** Whose slopes `vjp` gives; default "both". The others stay zero and cost no runs. */
  readonly by?: "weights" | "inputs" | "both";
}

/**
 * An executable of whatever runs circuits, whose gradients come by shift rules: so a circuit trains on shots, or on a noisy simulator,
 * wherever an `Executable` does, in `quantumLayer` too. A gradient takes 2R runs for each angle and sample.
 *
 * @throws UsageError as `parameterShift`, when it is run.
 * @example compileShifted(circuit, { runner: shotRunner({ shots: 1000, rng: createRng(1) }) })
 */
export function compileShifted(circuit: Circuit, options: CompileShiftedOptions = {}): Executable {
  checkOptions("compileShifted", options, ["runner", "precision", "by"]);
  const { runner = exactRunner, precision = "float32", by = "both" } = options;
  // What is run gives the value of each word; `createExecutable` takes the sums.
  const { outputs: _sums, ...words } = circuit;
  const free = freeCircuit(words);
  const run = runner(free.circuit);
  const { numInputs, numWeights } = circuit;
  const numWords = circuit.observables.length;
  const shape = { circuit, count: 1, sharedInputs: false, precision, path: "general" } as const;
  return createExecutable(shape, {
    forward({ inputs, weights, batch }, outputs) {
      const settings = new Float64Array(batch * free.angles.length);
      for (let sample = 0; sample < batch; sample++)
        settings.set(free.values(weights, inputs, sample * numInputs), sample * free.angles.length);
      outputs.set(Float64Array.from(run(settings, batch)));
      return undefined;
    },
    backward({ inputs, weights, batch }, cotangent, gradients) {
      for (let sample = 0; sample < batch; sample++) {
        const own = Array.from({ length: numInputs }, (_, k) => inputs[sample * numInputs + k]);
        const plan = parameterShiftPlan(words, { weights, inputs: own, by });
        const jacobian = plan.combine(runPlan(plan, run, numWords));
        for (let j = 0; j < numWords; j++) {
          const factor = cotangent[sample * numWords + j];
          for (let k = 0; k < numWeights; k++) gradients.weights[k] += factor * jacobian.weights[j * numWeights + k];
          for (let k = 0; k < numInputs; k++)
            gradients.inputs[sample * numInputs + k] += factor * jacobian.inputs[j * numInputs + k];
        }
      }
    },
  });
}
