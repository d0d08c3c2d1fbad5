import { createRng } from "repro-kit";
import { type Circuit, createCircuit } from "../../circuit.ts";
import type { Gate, Operation } from "../../gate.ts";
import { gates, RX, RY } from "../../gates/index.ts";

export interface RandomCircuitOptions {
  readonly seed: number;
  readonly numGates: number;
  readonly numQubits?: number;
  /** Angles as weights. */
  readonly isFree?: boolean;
  readonly pool?: readonly Gate[];
}

/** Gates in random order on random wires, each of the pool at least once where there is room, behind a random product state. */
export function randomCircuit(options: RandomCircuitOptions): { readonly circuit: Circuit; readonly weights: number[] } {
  const { seed, numGates, numQubits = 4, isFree = false, pool = [...gates] } = options;
  const rng = createRng(seed);
  const weights: number[] = [];
  const angle = () => {
    const value = rng.uniform() * 6 - 3;
    return isFree ? { weight: weights.push(value) - 1, scale: 1 } : value;
  };
  const wires = Array.from({ length: numQubits }, (_, wire) => wire);
  const operations: Operation[] = wires.flatMap((wire) => [RX.on([wire], angle()), RY.on([wire], angle())]);
  const fitting = rng.shuffle(pool.filter((gate) => gate.numWires <= numQubits));
  for (let k = 0; k < numGates; k++) {
    const gate = k < fitting.length ? fitting[k] : fitting[rng.integer(fitting.length)];
    operations.push(gate.on(rng.shuffle(wires).slice(0, gate.numWires), ...Array.from({ length: gate.numAngles }, angle)));
  }
  return { circuit: createCircuit({ numQubits, operations }), weights };
}
