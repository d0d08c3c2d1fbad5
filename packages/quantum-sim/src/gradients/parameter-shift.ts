import { checkOptions, expect } from "repro-kit";
import { angleValue, isWeight } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { type AsyncCircuitRunner, type CircuitRunner, numOutputsOf } from "../circuit-runner.ts";
import { compile } from "../compile.ts";
import { checkFinite, checkSample } from "../executable.ts";
import { type FreeCircuit, freeCircuit, type SampleJacobian } from "./free-circuit.ts";
import { angleFrequencies } from "./gate-spectrum.ts";
import { type ShiftRule, shiftRule } from "./shift-rule.ts";

interface SampleOptions {
  /** [numWeights], in radians; default none. */
  readonly weights?: ArrayLike<number>;
  /** [numInputs], in radians; default none. */
  readonly inputs?: ArrayLike<number>;
}

export interface ParameterShiftOptions<Runner> extends SampleOptions {
  /** What runs the circuit; default the exact simulator in float64. */
  readonly runner?: Runner;
  /** Whose slopes are wanted; default "both". The others stay zero and cost nothing. */
  readonly by?: "weights" | "inputs" | "both";
}

/** Settings that are run at once. */
const TILE = 256;

/** The exact simulator, by the program that `compile` makes, in float64. */
export const exactRunner: CircuitRunner = (circuit) => {
  const executable = compile(circuit, { precision: "float64" });
  return (inputs, batch) => executable.run({ inputs, weights: [], batch });
};

/** What a shift rule runs, and how the results are put together. */
export interface ShiftPlan {
  /** All of whose angles are inputs. */
  readonly circuit: Circuit;
  readonly numSettings: number;
  /** Settings `from` to `to`, [to − from, numInputs]. */
  settings(from: number, to: number): Float64Array;
  /** From the outputs of all settings, [numSettings, numOutputs]. */
  combine(outputs: ArrayLike<number>): SampleJacobian;
}

/** The settings that a device must run for the slopes of one sample: 2R for an angle with R frequencies. */
export function parameterShiftPlan(circuit: Circuit, options: Omit<ParameterShiftOptions<never>, "runner"> = {}): ShiftPlan {
  const scope = "parameterShift";
  checkOptions(scope, options, ["weights", "inputs", "by"]);
  const { weights = [], inputs = [], by = "both" } = options;
  expect(["weights", "inputs", "both"].includes(by), scope, `by must be "weights", "inputs" or "both"; got "${by}".`);
  checkSample(circuit, inputs, weights);
  const free = freeCircuit(circuit);
  const values = free.values(weights, inputs);
  const rules = shiftRules(free, values, by);
  const steps = rules.flatMap((rule, a) => rule.map((term) => ({ a, ...term })));
  const numOutputs = numOutputsOf(circuit);
  return {
    circuit: free.circuit,
    numSettings: steps.length,
    settings(from, to) {
      const settings = new Float64Array((to - from) * values.length);
      steps.slice(from, to).forEach(({ a, shift }, row) => {
        settings.set(values, row * values.length);
        settings[row * values.length + a] += shift;
      });
      return settings;
    },
    combine(outputs) {
      const wanted = steps.length * numOutputs;
      const isSize = outputs.length === wanted;
      expect(isSize, scope, `outputs must be [${steps.length}, ${numOutputs}], ${wanted} values; got ${outputs.length}.`);
      checkFinite(scope, "outputs of the runner", outputs);
      const jacobian = emptyJacobian(circuit);
      steps.forEach(({ a, coefficient }, row) => {
        for (let j = 0; j < numOutputs; j++) free.addSlope(a, j, coefficient * outputs[row * numOutputs + j], jacobian);
      });
      return jacobian;
    },
  };
}

/** The rule of each angle of a free circuit; empty where its slope is not wanted. */
function shiftRules({ angles }: FreeCircuit, values: Float64Array, by: "weights" | "inputs" | "both"): ShiftRule[] {
  const rules = new Map<string, ShiftRule>();
  return angles.map(({ reference, operation, slot }) => {
    if (by !== "both" && isWeight(reference) !== (by === "weights")) return [];
    const settings = operation.angles.map((angle) => angleValue(angle, [], 0, values, 0));
    const frequencies = angleFrequencies(operation.gate, slot, settings);
    const key = frequencies.join(" ");
    const rule = rules.get(key) ?? shiftRule(frequencies);
    rules.set(key, rule);
    return rule;
  });
}

/** Zeros of the shapes of a circuit's Jacobian. */
function emptyJacobian(circuit: Circuit): SampleJacobian {
  const numOutputs = numOutputsOf(circuit);
  return {
    weights: new Float64Array(numOutputs * circuit.numWeights),
    inputs: new Float64Array(numOutputs * circuit.numInputs),
  };
}

/**
 * The Jacobian of one sample by shift rules, gate by gate: exact on an exact simulator, and an unbiased estimate on shots, a noisy
 * simulator or hardware. A gate's rule follows from the eigenvalues of its generator (see `shiftRule`).
 *
 * @returns weights [numOutputs, numWeights] and inputs [numOutputs, numInputs].
 * @throws UsageError if a length is wrong, an angle or an output is not finite, or a gate has no fixed generator.
 * @example parameterShift(circuit, { weights, runner: shotRunner({ shots: 1000, rng }) })
 */
export function parameterShift(circuit: Circuit, options: ParameterShiftOptions<CircuitRunner> = {}): SampleJacobian {
  checkOptions("parameterShift", options, ["weights", "inputs", "by", "runner"]);
  const { runner = exactRunner, ...rest } = options;
  const plan = parameterShiftPlan(circuit, rest);
  return plan.combine(runPlan(plan, runner(plan.circuit), numOutputsOf(circuit)));
}

/** The outputs of all settings of a plan, a tile at a time. */
export function runPlan(plan: ShiftPlan, run: ReturnType<CircuitRunner>, numOutputs: number): Float64Array {
  const outputs = new Float64Array(plan.numSettings * numOutputs);
  for (let from = 0; from < plan.numSettings; from += TILE) {
    const to = Math.min(from + TILE, plan.numSettings);
    outputs.set(checkedRows(run(plan.settings(from, to), to - from), to - from, numOutputs), from * numOutputs);
  }
  return outputs;
}

/** `parameterShift` on what answers later; all settings go to the runner in one call. */
export async function parameterShiftAsync(
  circuit: Circuit,
  options: ParameterShiftOptions<AsyncCircuitRunner>,
): Promise<SampleJacobian> {
  checkOptions("parameterShiftAsync", options, ["weights", "inputs", "by", "runner"]);
  const { runner = exactRunner, ...rest } = options;
  const plan = parameterShiftPlan(circuit, rest);
  if (plan.numSettings === 0) return emptyJacobian(circuit);
  return plan.combine(await runner(plan.circuit)(plan.settings(0, plan.numSettings), plan.numSettings));
}

function checkedRows(outputs: ArrayLike<number>, batch: number, numOutputs: number): ArrayLike<number> {
  const isSize = outputs.length === batch * numOutputs;
  expect(isSize, "parameterShift", `the runner must return [${batch}, ${numOutputs}] values; got ${outputs.length}.`);
  return outputs;
}
