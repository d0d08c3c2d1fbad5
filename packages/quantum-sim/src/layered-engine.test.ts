import { createRng, type Rng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { scaled, shifted } from "./angle.ts";
import { rotationLayers } from "./ansatze/index.ts";
import { buildCircuit } from "./build-circuit.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import { compileGroup } from "./compile.ts";
import { angleEmbedding, type RotationName } from "./embeddings/index.ts";
import type { FloatArray, Precision } from "./executable.ts";
import type { Operation } from "./gate.ts";
import { CNOT, CZ, H, PhaseShift, Rot, RX, RY, RZ, S, SWAP, SX, T, Toffoli, U2, U3, X } from "./gates/index.ts";
import type { Pauli } from "./observable.ts";

/** float32: sums of up to 2^12 products, gradients over as many samples; float64: the same at 1e-16 each. */
const TOLERANCE: Record<Precision, number> = { float32: 1e-5, float64: 1e-11 };

function largestGap(ours: FloatArray, theirs: FloatArray): number {
  expect(ours.length).toBe(theirs.length);
  return [...ours].reduce((largest, value, i) => Math.max(largest, Math.abs(value - theirs[i])), 0);
}

/** The kernel against the general path, on random angles and cotangents. */
function comparePaths(
  circuit: Circuit,
  options: { count: number; sharedInputs: boolean; batch: number; precision: Precision },
  rng: Rng,
): void {
  const { count, sharedInputs, batch, precision } = options;
  const fast = compileGroup(circuit, { count, sharedInputs, precision, path: "batched-simd" });
  const slow = compileGroup(circuit, { count, sharedInputs, precision: "float64", path: "general" });
  const round = (values: Float64Array) => values.map(Math.fround);
  const inputs = round(rng.fillUniform(new Float64Array(batch * fast.numInputs), -4, 4));
  const weights = round(rng.fillUniform(new Float64Array(fast.numWeights), -4, 4));
  const cotangent = round(rng.fillNormal(new Float64Array(batch * fast.numOutputs)));
  const call = { inputs, weights, batch };
  const wanted = slow.vjp({ ...call, cotangent });
  const recording = fast.record(call);
  for (const outputs of [fast.run(call), recording.outputs])
    expect(largestGap(outputs, slow.run(call))).toBeLessThan(TOLERANCE[precision]);
  const kept = fast.record(call).vjp(cotangent);
  for (const gradients of [fast.vjp({ ...call, cotangent }), kept, recording.vjp(cotangent)]) {
    expect(largestGap(gradients.inputs, wanted.inputs)).toBeLessThan(TOLERANCE[precision]);
    expect(largestGap(gradients.weights, wanted.weights)).toBeLessThan(TOLERANCE[precision]);
  }
}

describe.each(["float32", "float64"] as const)("%s", (precision) => {
  const pick = <V>(rng: Rng, values: readonly V[]): V => values[rng.integer(values.length)];
  const rotations: readonly RotationName[] = ["RX", "RY", "RZ"];

  test.each(Array.from({ length: 40 }, (_, seed) => seed))("a random family of rotation layers, seed %i", (seed) => {
    const rng = createRng(seed).fork("family");
    const some = (most: number) => Array.from({ length: 1 + rng.integer(most) }, () => pick(rng, rotations));
    const ansatz = rotationLayers({ rotations: some(3), entangler: pick(rng, ["CNOT", "CZ"]) });
    const circuit = buildCircuit(ansatz, {
      numQubits: 1 + (seed % 10),
      numLayers: 1 + rng.integer(5),
      embedding: angleEmbedding(some(3)),
      measure: pick<Pauli>(rng, ["X", "Y", "Z"]),
    });
    comparePaths(circuit, { count: 1 + rng.integer(3), sharedInputs: seed % 2 === 0, batch: 1 + rng.integer(5), precision }, rng);
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed))("random gates in random places, seed %i", (seed) => {
    const rng = createRng(seed).fork("gates");
    const numQubits = 3 + (seed % 4);
    let numWeights = 0;
    const weight = () =>
      rng.integer(4) === 0 && numWeights > 0 ? { weight: rng.integer(numWeights) } : { weight: numWeights++ };
    const angle = () => pick(rng, [weight, () => 0.7, () => scaled(shifted(weight(), 0.3), -1.5)])();
    const operations: Operation[] = [];
    for (let q = 0; q < numQubits; q++)
      operations.push(H.on([q]), RX.on([q], scaled({ input: q }, 0.5)), RZ.on([q], { input: 0 }));
    for (let k = 0; k < 40; k++) {
      const wires = rng.shuffle(Array.from({ length: numQubits }, (_, q) => q));
      const single = wires.slice(0, 1);
      const pair = wires.slice(0, 2);
      operations.push(
        pick(rng, [
          () => RX.on(single, angle()),
          () => RY.on(single, angle()),
          () => RZ.on(single, angle()),
          () => Rot.on(single, angle(), angle(), angle()),
          () => PhaseShift.on(single, angle()),
          () => U2.on(single, angle(), angle()),
          () => U3.on(single, angle(), angle(), angle()),
          () => pick(rng, [H, S, T, SX, X]).on(single),
          () => pick(rng, [CNOT, CZ, SWAP]).on(pair),
          () => Toffoli.on(wires.slice(0, 3)),
        ])(),
      );
    }
    const observables = Array.from({ length: numQubits }, (_, q) => `${"XYZ"[seed % 3]}${q}`);
    const circuit = createCircuit({ name: `random ${seed}`, numQubits, operations, observables });
    comparePaths(circuit, { count: 2, sharedInputs: false, batch: 3, precision }, rng);
  });

  test("twelve qubits", () => {
    const circuit = buildCircuit("hybridq", { numQubits: 12, numLayers: 2 });
    comparePaths(circuit, { count: 1, sharedInputs: false, batch: 2, precision }, createRng(1));
  });

  test("two hundred layers neither overflow nor drift", () => {
    const circuit = buildCircuit("hybridq", { numQubits: 4, numLayers: 200 });
    comparePaths(circuit, { count: 1, sharedInputs: false, batch: 2, precision }, createRng(2));
  });

  test("angles at which a shear degenerates", () => {
    const circuit = buildCircuit("hybridq", { numQubits: 3, numLayers: 3 });
    const fast = compileGroup(circuit, { count: 1, precision });
    const slow = compileGroup(circuit, { count: 1, precision: "float64", path: "general" });
    for (const turn of [0, Math.PI / 2, Math.PI, -Math.PI, 2 * Math.PI]) {
      const call = { inputs: [turn, 0, 1], weights: new Float64Array(27).fill(turn), cotangent: [1, -2, 3] };
      expect(largestGap(fast.vjp(call).weights, slow.vjp(call).weights)).toBeLessThan(TOLERANCE[precision]);
      expect(largestGap(fast.vjp(call).inputs, slow.vjp(call).inputs)).toBeLessThan(TOLERANCE[precision]);
    }
  });
});

test.each(["float32", "float64"] as const)("turns about Y and then Z, angles of every quadrant, %s", (precision) => {
  for (let seed = 0; seed < 12; seed++) {
    const rng = createRng(seed).fork("y then z");
    const ansatz = rotationLayers({ rotations: seed % 2 ? ["RY", "RZ"] : ["RY", "RY", "RZ", "RZ"], entangler: "CNOT" });
    const circuit = buildCircuit(ansatz, { numQubits: 2 + (seed % 4), numLayers: 4, measure: "Z" });
    comparePaths(circuit, { count: 1, sharedInputs: false, batch: 2, precision }, rng);
  }
});

test("only some qubits of a layer need overlaps about X", () => {
  for (let seed = 0; seed < 12; seed++) {
    const rng = createRng(seed).fork("some about X");
    const numQubits = 3 + (seed % 5);
    let next = 0;
    const operations = Array.from({ length: 4 }, (_, layer) =>
      Array.from({ length: numQubits }, (_, q) => [
        RY.on([q], { weight: next++ }),
        RZ.on([q], { weight: next++ }),
        ...(rng.integer(3) === 0 ? [RX.on([q], { weight: next++ })] : []),
        ...(q > 0 ? [CNOT.on(layer % 2 ? [q, q - 1] : [q - 1, q])] : []),
      ]).flat(),
    ).flat();
    const circuit = createCircuit({ numQubits, operations });
    comparePaths(circuit, { count: 1, sharedInputs: false, batch: 2, precision: "float64" }, rng);
  }
});
