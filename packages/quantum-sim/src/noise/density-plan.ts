import { isChannel, type NoisyOperation } from "./noisy-circuit.ts";
import { identityTransfer, multiplyReal, transferMatrix, transferSlope } from "./pauli-transfer.ts";
import { adjointMap, type PauliMap, pauliMap } from "./pauli-vector.ts";
import { type AngleSources, anglesOf } from "./trajectory-sample.ts";

/** Steps that act as one map: those of one wire up to the next gate that needs it, or one on several wires. */
export interface DensityRun {
  readonly wires: readonly number[];
  /** Places in the given steps. */
  readonly steps: readonly number[];
}

/** Gathers steps on one wire until a step on several needs it. */
export function planDensity(numQubits: number, steps: readonly NoisyOperation[]): DensityRun[] {
  const runs: DensityRun[] = [];
  const pending: number[][] = Array.from({ length: numQubits }, () => []);
  const flush = (wire: number): void => {
    if (pending[wire].length > 0) runs.push({ wires: [wire], steps: pending[wire] });
    pending[wire] = [];
  };
  steps.forEach(({ wires }, k) => {
    if (wires.length === 1) {
      pending[wires[0]].push(k);
      return;
    }
    wires.forEach(flush);
    runs.push({ wires, steps: [k] });
  });
  pending.forEach((_, wire) => {
    flush(wire);
  });
  return runs;
}

/** The slope of a run's map by an angle of one of its gates. */
interface RunSlope {
  readonly step: number;
  readonly angle: number;
  readonly matrix: Float64Array;
}

/** The maps of a plan at the angles of a sample. */
export interface DensityMaps {
  readonly forth: readonly PauliMap[];
  /** Made when asked for. */
  back(run: number): PauliMap;
  slopes(run: number): readonly RunSlope[];
}

/** Maps that do not depend on angles are made once. */
export function createDensityMaps(
  steps: readonly NoisyOperation[],
  runs: readonly DensityRun[],
): (at: AngleSources) => DensityMaps {
  const isFixed = (step: NoisyOperation) => isChannel(step) || step.angles.every((angle) => typeof angle === "number");
  const none: AngleSources = { weights: [], weightOffset: 0, inputs: [], inputOffset: 0 };
  const transferOf = (step: NoisyOperation, at: AngleSources): Float64Array =>
    transferMatrix(isChannel(step) ? step.channel.kraus : [step.gate.matrix(anglesOf(step, at))]);
  const fixed = steps.map((step) => (isFixed(step) ? transferOf(step, none) : undefined));
  const mapOf = (factors: readonly Float64Array[]) => pauliMap(factors.reduce((before, factor) => multiplyReal(factor, before)));
  const fixedMaps = runs.map((run) => {
    const factors = run.steps.flatMap((k) => fixed[k] ?? []);
    return run.steps.every((k) => fixed[k]) ? mapOf(factors as Float64Array[]) : undefined; // every factor is at hand
  });
  return (at) => {
    const factors = steps.map((step, k) => fixed[k] ?? transferOf(step, at));
    const forth = runs.map((run, r) => fixedMaps[r] ?? mapOf(run.steps.map((k) => factors[k])));
    return {
      forth,
      back: (r) => adjointMap(forth[r]),
      slopes(r) {
        const found: RunSlope[] = [];
        const own = runs[r].steps;
        own.forEach((k, i) => {
          const step = steps[k];
          if (isChannel(step) || fixed[k]) return;
          const angles = anglesOf(step, at);
          const U = step.gate.matrix(angles);
          const product = (list: readonly number[]) =>
            list.reduce((before, other) => multiplyReal(factors[other], before), identityTransfer());
          step.angles.forEach((angle, a) => {
            if (typeof angle === "number") return;
            const slope = transferSlope(U, step.gate.derivative(angles, a));
            const matrix =
              own.length === 1 ? slope : multiplyReal(product(own.slice(i + 1)), multiplyReal(slope, product(own.slice(0, i))));
            found.push({ step: k, angle: a, matrix });
          });
        });
        return found;
      },
    };
  };
}
