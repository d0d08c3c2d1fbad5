import type { Circuit } from "./circuit.ts";
import type { Call, Engine, Precision } from "./executable.ts";
import { createLayeredEngine } from "./layered-engine.ts";
import type { LayeredProgram } from "./layered-program.ts";
import { findPreparation } from "./program/preparation-runner.ts";
import { wiresOf } from "./program/primitive.ts";
import { primitivesOf } from "./program/primitives.ts";
import { createProgramEngine } from "./program/program-engine.ts";

export interface SizedEngineOptions {
  readonly count: number;
  readonly sharedInputs: boolean;
  readonly precision: Precision;
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Whether the layered kernel is taken at every size. */
  readonly isForced: boolean;
}

/** Up to this the batch belongs in the vector lanes, above it the amplitudes (measured: precision.md). */
const MOST_BATCHED_QUBITS = 12;
/** From this on a single float32 sample fills vectors by its amplitudes. */
const LEAST_QUBITS_BY_LANE = 5;

/** Two states and one of scratch: less does not run. */
export const leastProgramBytes = (numQubits: number, precision: Precision): number =>
  3 * (precision === "float32" ? 8 : 16) * 2 ** numQubits;

/** Whether every gate leaves a wire free, so that one can lie in the lanes. */
function leavesWireFree({ operations, numQubits }: Circuit): boolean {
  const prepared = findPreparation(operations);
  return operations.every(
    (operation) => operation === prepared || primitivesOf(operation).every((primitive) => wiresOf(primitive).length < numQubits),
  );
}

/** Chooses by the sizes of each call what lies in the vector lanes, and whether the layered kernel or the program runs. */
export function createSizedEngine(circuit: Circuit, layers: LayeredProgram | undefined, options: SizedEngineOptions): Engine {
  const { numQubits } = circuit;
  const { precision, isForced } = options;
  const canUseLanes = precision === "float32" && numQubits >= LEAST_QUBITS_BY_LANE && leavesWireFree(circuit);
  const engines = new Map<string, Engine>();
  const create = (name: string): Engine => {
    if (name === "layers" && layers) return createLayeredEngine(circuit, layers, options);
    return createProgramEngine(circuit, { ...options, byLane: name === "by lane" });
  };
  const nameFor = (batch: number): string => {
    if (layers && isForced) return "layers";
    if (canUseLanes && (batch === 1 || numQubits > MOST_BATCHED_QUBITS)) return "by lane";
    return layers && numQubits <= MOST_BATCHED_QUBITS ? "layers" : "by sample";
  };
  const engineFor = ({ batch }: Call): Engine => {
    const name = nameFor(batch);
    const found = engines.get(name);
    if (found) return found;
    const created = create(name);
    engines.set(name, created);
    return created;
  };
  let ticket = 0;
  let kept: { readonly engine: Engine; readonly inner: number | undefined } | undefined;
  return {
    forward(call, outputs, keep) {
      const engine = engineFor(call);
      kept = { engine, inner: engine.forward(call, outputs, keep) };
      return ++ticket;
    },
    backward(call, cotangent, gradients, wanted) {
      const engine = engineFor(call);
      const inner = wanted === ticket && kept?.engine === engine ? kept.inner : undefined;
      engine.backward(call, cotangent, gradients, inner);
    },
    close() {
      for (const engine of engines.values()) engine.close?.();
    },
  };
}
