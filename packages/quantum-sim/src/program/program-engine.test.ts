import { createRng, type Rng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { scaled, shifted } from "../angle.ts";
import { type Circuit, createCircuit } from "../circuit.ts";
import { compile } from "../compile.ts";
import { createExecutable, type FloatArray, type Precision } from "../executable.ts";
import { defineControlled, defineFixedGate, defineGate, type Operation } from "../gate.ts";
import { CNOT, CZ, gates, H, IsingXX, IsingZZ, RX, RY, RZ, SWAP } from "../gates/index.ts";
import { createGeneralEngine } from "../general-engine.ts";
import { createProgramEngine } from "./program-engine.ts";

/** Rounding of a few dozen gates in values; gradients are sums over the batch and the places of a weight. */
const TOLERANCE: Record<Precision, { value: number; slope: number }> = {
  float32: { value: 2e-6, slope: 1e-5 },
  float64: { value: 1e-12, slope: 1e-11 },
};

const LAYOUTS = [
  { precision: "float64", byLane: false },
  { precision: "float32", byLane: false },
  { precision: "float32", byLane: true },
] as const;

interface Sizes {
  readonly count: number;
  readonly sharedInputs: boolean;
  readonly batch: number;
  readonly memoryLimitBytes?: number;
}

function largestGap(ours: FloatArray, theirs: FloatArray): number {
  expect(ours.length).toBe(theirs.length);
  return [...ours].reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0);
}

/** The program in one layout against the plain path. */
function compare(circuit: Circuit, sizes: Sizes, { precision, byLane }: (typeof LAYOUTS)[number], rng: Rng): void {
  const { count, sharedInputs, batch, memoryLimitBytes = 2 ** 30 } = sizes;
  const shape = { circuit, count, sharedInputs };
  const engine = createProgramEngine(circuit, { count, sharedInputs, precision, byLane, memoryLimitBytes });
  const fast = createExecutable({ ...shape, precision, path: "program" }, engine);
  const slow = createExecutable(
    { ...shape, precision: "float64", path: "general" },
    createGeneralEngine(circuit, count, sharedInputs),
  );
  const round = (values: Float64Array) => values.map(Math.fround);
  const inputs = round(rng.fillUniform(new Float64Array(batch * fast.numInputs), -3, 3));
  const weights = round(rng.fillUniform(new Float64Array(fast.numWeights), -3, 3));
  const cotangent = round(rng.fillNormal(new Float64Array(batch * fast.numOutputs)));
  const call = { inputs, weights, batch };
  const wanted = slow.vjp({ ...call, cotangent });
  const recording = fast.record(call);
  const kept = recording.vjp(cotangent);
  const { value, slope } = TOLERANCE[precision];
  for (const outputs of [fast.run(call), recording.outputs]) expect(largestGap(outputs, slow.run(call))).toBeLessThan(value);
  for (const gradients of [kept, fast.vjp({ ...call, cotangent }), recording.vjp(cotangent)]) {
    expect(largestGap(gradients.inputs, wanted.inputs)).toBeLessThan(slope);
    expect(largestGap(gradients.weights, wanted.weights)).toBeLessThan(slope);
  }
}

const WORDS = ["X0", "Y1 Z2", "Z0 X1 Y3", "Y0 Y1 Y2", "Z3", "Z0 Z3", "X3 Y0"];

function randomCircuit(seed: number): { circuit: Circuit; sizes: Sizes; rng: Rng } {
  const rng = createRng(seed).fork("program");
  const numQubits = 4 + (seed % 3);
  const wires = Array.from({ length: numQubits }, (_, wire) => wire);
  const every = [...gates].filter((gate) => gate.numWires < numQubits);
  const angle = () =>
    [
      () => ({ weight: rng.integer(5) }),
      () => ({ input: rng.integer(3) }),
      () => 0.4,
      () => shifted(scaled({ weight: rng.integer(5) }, 1.5), 0.2),
      () => scaled({ input: rng.integer(3) }, -0.5),
    ][rng.integer(seed % 2 === 0 ? 5 : 1)]();
  const operations = Array.from({ length: 25 }, () => {
    const gate = every[rng.integer(every.length)];
    return gate.on(rng.shuffle([...wires]).slice(0, gate.numWires), ...Array.from({ length: gate.numAngles }, angle));
  });
  const observables = seed % 4 < 2 ? WORDS : wires.map((wire) => `Z${wire}`);
  const circuit = createCircuit({ name: `random ${seed}`, numQubits, operations, observables, numInputs: 3, weightShape: [5] });
  return { circuit, sizes: { count: 1 + (seed % 2), sharedInputs: seed % 3 === 0, batch: 1 + (seed % 4) }, rng };
}

describe.each(LAYOUTS)("$precision, amplitudes in the lanes: $byLane", (layout) => {
  test.each(Array.from({ length: 30 }, (_, seed) => seed))("random gates of the registry, seed %i", (seed) => {
    const { circuit, sizes, rng } = randomCircuit(seed);
    compare(circuit, sizes, layout, rng);
  });

  test("every gate of the registry between turns of its wires", () => {
    for (const gate of gates) {
      const rng = createRng(1).fork(gate.name);
      const numQubits = gate.numWires + 1;
      const wires = rng.shuffle(Array.from({ length: numQubits }, (_, wire) => wire));
      let next = 0;
      const operations: Operation[] = wires.map((wire) => RX.on([wire], { input: wire }));
      for (let k = 0; k < 3; k++) {
        const placed = rng.shuffle([...wires]).slice(0, gate.numWires);
        operations.push(gate.on(placed, ...Array.from({ length: gate.numAngles }, () => ({ weight: next++ }))));
        operations.push(...wires.map((wire) => RY.on([wire], { weight: next++ })));
      }
      const observables = wires.flatMap((wire) => [`X${wire}`, `Z${wire}`]);
      const circuit = createCircuit({ name: gate.name, numQubits, operations, observables });
      compare(circuit, { count: 1, sharedInputs: false, batch: 2 }, layout, rng);
    }
  });

  test("gates of one's own: any unitary, any dependence on an angle, several angles, controls", () => {
    const rng = createRng(4);
    const hadamards = defineFixedGate(
      "HH",
      Array.from({ length: 16 }, (_, i) => (parity((i >> 2) & i & 3) ? -0.5 : 0.5)),
    );
    const squared = defineGate({
      ...{ name: "RX(θ²)", numWires: 1, numAngles: 1 },
      matrix: ([theta]) => RX.matrix([theta * theta]),
      derivative: ([theta], k) => {
        const { dim, re, im } = RX.derivative([theta * theta], k);
        return { dim, re: re.map((x) => 2 * theta * x), im: im.map((x) => 2 * theta * x) };
      },
    });
    const twice = defineControlled("CC-RX(θ²)", squared, 2);
    const operations = [
      ...[0, 1, 2, 3].map((q) => RY.on([q], { input: q })),
      hadamards.on([2, 0]),
      squared.on([1], { weight: 0 }),
      squared.on([3], { input: 1 }),
      twice.on([0, 3, 1], { weight: 1 }),
      hadamards.on([3, 1]),
      twice.on([2, 1, 0], { input: 0 }),
      RX.on([2], { weight: 2 }),
    ];
    const circuit = createCircuit({ name: "own", numQubits: 4, operations, observables: ["X0 Y1", "Z2", "Z3 Z0"] });
    compare(circuit, { count: 2, sharedInputs: true, batch: 3 }, layout, rng);
  });

  test("phases between moves: parities, segments, and SWAPs in between", () => {
    const rng = createRng(9);
    const n = 6;
    const wires = Array.from({ length: n }, (_, wire) => wire);
    let next = 0;
    const operations = [0, 1].flatMap((layer) => [
      ...wires.map((q) => H.on([q])),
      ...wires.map((q) => RZ.on([q], { input: q })),
      ...wires.flatMap((a) =>
        wires.slice(a + 1).map((b) => IsingZZ.on([a, b], layer ? { weight: next++ } : { input: a, scale: 0.3 })),
      ),
      CNOT.on([0, 1]),
      RZ.on([1], { weight: next++ }),
      CNOT.on([0, 1]),
      ...wires.slice(1).map((q) => CNOT.on([q - 1, q])),
      ...wires.map((q) => RZ.on([q], { weight: next++ })),
      SWAP.on([0, 4]),
      CZ.on([2, 3]),
      IsingXX.on([4, 5], { weight: next++ }),
    ]);
    for (const observables of [wires.map((q) => `Z${q}`), wires.map((q) => `Y${q} Z${(q + 1) % n}`)]) {
      const circuit = createCircuit({ name: "phases", numQubits: n, operations, observables });
      compare(circuit, { count: 1, sharedInputs: false, batch: 3 }, layout, rng);
    }
  });

  test("where checkpoints do not fit, states are computed back", () => {
    const n = 8;
    const wires = Array.from({ length: n }, (_, wire) => wire);
    const operations = Array.from({ length: 20 }, (_, layer) => [
      ...wires.map((q) => RX.on([q], { weight: 8 * layer + q })),
      ...wires.slice(1).map((q) => CNOT.on([q - 1, q])),
      IsingXX.on([0, 2], { input: layer % 3 }),
      RY.on([layer % n], { input: 0 }),
    ]).flat();
    const circuit = createCircuit({ name: "deep", numQubits: n, operations });
    const sizes = { count: 1, sharedInputs: false, batch: 2 };
    // The least memory in which a gradient can be had: the 60 checkpoints of 4 KiB are not in it.
    const step = 2 ** 14;
    let memoryLimitBytes = step;
    const isEnough = (): boolean => {
      try {
        const engine = createProgramEngine(circuit, { ...sizes, ...layout, memoryLimitBytes });
        const call = { inputs: new Float64Array(6), weights: new Float64Array(circuit.numWeights), batch: 2 };
        const gradients = { inputs: new Float64Array(6), weights: new Float64Array(circuit.numWeights) };
        engine.backward(call, new Float64Array(16), gradients, undefined);
        return true;
      } catch (error) {
        expect(String(error)).toMatch(/the states of this circuit need \d+ bytes .* and more; the limit is/);
        return false;
      }
    };
    while (!isEnough()) memoryLimitBytes += step;
    compare(circuit, { ...sizes, memoryLimitBytes: memoryLimitBytes + step }, layout, createRng(3));
  });
});

test("float32 sums of many equal terms keep their digits: 65536 amplitudes", () => {
  const wires = Array.from({ length: 16 }, (_, wire) => wire);
  const operations = [...wires.map((q) => H.on([q])), ...wires.slice(1).map((q) => CNOT.on([q - 1, q]))];
  const values = (observables: readonly string[], after: Operation[] = []) =>
    compile(createCircuit({ numQubits: 16, operations: [...operations, ...after], observables })).run({
      inputs: [],
      weights: [],
    });
  // ⟨X₀X₁⟩ is 1, and so are ⟨Z⟩ after H on each.
  expect(Math.abs(values(["X0 X1"])[0] - 1)).toBeLessThan(TOLERANCE.float32.value);
  for (const value of values(
    ["Z0", "Z7", "Z15"],
    [...wires.slice(1).map((q) => CNOT.on([16 - q - 1, 16 - q])), ...wires.map((q) => H.on([q]))],
  ))
    expect(Math.abs(value - 1)).toBeLessThan(TOLERANCE.float32.value);
});

const parity = (bits: number): boolean => {
  let odd = false;
  for (let left = bits; left; left &= left - 1) odd = !odd;
  return odd;
};
