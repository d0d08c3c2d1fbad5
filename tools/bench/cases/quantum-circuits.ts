import { type Ansatz, type Circuit, CNOT, CZ, createCircuit, H, IsingZZ, type Operation, RX, RY, RZ } from "quantum-sim";

/** Circuits as a user would write them, of the same gates as bench/peers/quantum_circuits.py. */
export interface CircuitSize {
  readonly qubits: number;
  readonly layers: number;
}

/** HybridQ and MosaiQ as an ansatz of one's own, without a name that the package knows. */
export const ownHybridq: Ansatz = {
  name: "own-hybridq",
  source: "this file",
  embedding: "angle-ry",
  weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits, 3],
  *operations({ numQubits, numLayers }, { weight }) {
    for (let layer = 0; layer < numLayers; layer++) {
      for (let q = 0; q < numQubits; q++)
        yield* [RX.on([q], weight(layer, q, 0)), RY.on([q], weight(layer, q, 1)), RZ.on([q], weight(layer, q, 2))];
      for (let q = 0; q + 1 < numQubits; q++) yield CNOT.on([q, q + 1]);
    }
  },
};

export const ownMosaiq: Ansatz = {
  name: "own-mosaiq",
  source: "this file",
  embedding: "angle-ry-rx",
  measure: "X",
  weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits],
  *operations({ numQubits, numLayers }, { weight }) {
    for (let layer = 0; layer < numLayers; layer++) {
      for (let q = 0; q < numQubits; q++) yield RY.on([q], weight(layer, q));
      for (let q = 0; q + 1 < numQubits; q++) yield CZ.on([q, q + 1]);
    }
  },
};

/** Rotations about Y and Z, then CNOTs on every other pair of neighbours. */
export const brickwork: Ansatz = {
  name: "brickwork",
  source: "this file",
  embedding: "angle-ry",
  weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits, 2],
  *operations({ numQubits, numLayers }, { weight }) {
    for (let layer = 0; layer < numLayers; layer++) {
      for (let q = 0; q < numQubits; q++) yield* [RY.on([q], weight(layer, q, 0)), RZ.on([q], weight(layer, q, 1))];
      for (let q = layer % 2; q + 1 < numQubits; q += 2) yield CNOT.on([q, q + 1]);
    }
  },
};

/** Layers of H, RZ by features and ZZ of every pair by weights, then H: instantaneous quantum polynomial circuits. */
export function iqpCircuit({ qubits, layers }: CircuitSize): Circuit {
  const wires = Array.from({ length: qubits }, (_, wire) => wire);
  let next = 0;
  const layer = (): Operation[] => [
    ...wires.map((q) => H.on([q])),
    ...wires.map((q) => RZ.on([q], { input: q })),
    ...wires.flatMap((a) => wires.slice(a + 1).map((b) => IsingZZ.on([a, b], { weight: next++ }))),
  ];
  const operations = [...Array.from({ length: layers }, layer).flat(), ...wires.map((q) => H.on([q]))];
  return createCircuit({ name: "iqp", numQubits: qubits, operations });
}
