import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { compile } from "../compile.ts";
import { checkCircuitGradients } from "../contracts/check-circuit-gradients.ts";
import { defineControlled, type Operation } from "../gate.ts";
import {
  adjoint,
  CNOT,
  control,
  H,
  IsingXX,
  IsingZZ,
  MultiRZ,
  PauliRot,
  PhaseShift,
  productAngle,
  Rot,
  RX,
  RY,
  RZ,
  T,
  U2,
  unitary,
  X,
} from "../gates/index.ts";
import { explain } from "./explain.ts";

const wiresBelow = (n: number) => Array.from({ length: n }, (_, wire) => wire);

/** Turns, what is to be tested, and turns again, so that nothing stays hidden. */
function between(numQubits: number, middle: readonly Operation[]) {
  const wires = wiresBelow(numQubits);
  const turns = (first: number) => wires.map((q) => RX.on([q], 0.3 * q + first));
  const operations = [...turns(0.4), ...wires.slice(1).map((q) => CNOT.on([q - 1, q])), ...middle, ...turns(1.1)];
  const observables = wires.flatMap((q) => [`Z${q}`, `Y${q}`]);
  return createCircuit({ name: "between", numQubits, operations, observables });
}

/** Σ of the values, in float64, for slopes by hand. */
const sumOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);

describe("gates on many wires take no matrix", () => {
  const word = "XYZZYXIXYZ";
  const wires = createRng(1).shuffle(wiresBelow(11)).slice(0, 10);
  const middle = [
    MultiRZ(10).on(wires, { weight: 0 }),
    PauliRot(word).on(wires, { weight: 1, scale: 0.7, shift: 0.1 }),
    adjoint(PauliRot(word)).on([...wires].reverse(), { input: 0 }),
    control(MultiRZ(7), 2).on(wires.slice(0, 9), { weight: 2 }),
    control(PauliRot("XYZXYZX")).on(wires.slice(2), { weight: 3 }),
    productAngle(PauliRot("ZZXXYYZZ")).on(wires.slice(0, 8), { weight: 0 }, { input: 0, scale: 0.5 }),
  ];
  const circuit = between(11, middle);

  test("and have the slopes of finite differences", () => {
    checkCircuitGradients(circuit);
    expect(explain(circuit)).not.toMatch(/(\d{3,})×\1 matrix/);
  });

  test("their values are those of rotations spelt out", () => {
    const spelt = middle.flatMap(({ gate, wires: placed, angles }) => {
      if (!gate.decomposition || gate.productOf) return [{ gate, wires: placed, angles }];
      return gate.decomposition(angles).map((part) => ({ ...part, wires: part.wires.map((wire) => placed[wire]) }));
    });
    const call = { inputs: [0.9], weights: [0.3, -1.2, 2, 0.7] };
    const ours = compile(circuit, { precision: "float64" }).run(call);
    compile(between(11, spelt), { precision: "float64" })
      .run(call)
      .forEach((value, j) => {
        expect(ours[j]).toBeCloseTo(value, 13);
      });
  });

  test("on 20 qubits too", () => {
    const all = wiresBelow(20);
    const operations = [...all.map((q) => H.on([q])), MultiRZ(20).on(all, { weight: 0 }), PauliRot("XY".repeat(10)).on(all, 0.3)];
    const circuit = createCircuit({ numQubits: 20, operations, observables: ["X0"] });
    const executable = compile(circuit, { precision: "float64" });
    // X₀ commutes with the word and anticommutes with Z…Z, so ⟨+|X₀|+⟩ becomes cos θ.
    const call = { inputs: [], weights: [0.7] };
    expect(executable.run(call)[0]).toBeCloseTo(Math.cos(0.7), 10);
    expect(executable.vjp({ ...call, cotangent: [1] }).weights[0]).toBeCloseTo(-Math.sin(0.7), 10);
  });
});

describe("gates with many controls take no matrix", () => {
  const all = wiresBelow(8);
  const middle = [
    control(RX, 6).on([7, 1, 2, 3, 0, 5, 4], { weight: 0 }),
    control(RZ, 7).on(all, { weight: 1, scale: -0.6 }),
    control(Rot, 6).on(all.slice(1), { weight: 2 }, { weight: 0 }, { input: 0 }),
    control(U2, 6).on(all.slice(1), { weight: 2 }, 0.3),
    control(IsingXX, 5).on(all.slice(0, 7), { weight: 1 }),
    control(MultiRZ(2), 6).on([3, 0, 1, 2, 7, 6, 5, 4], { weight: 3 }),
    adjoint(control(PauliRot("XIY"), 5)).on([...all].reverse(), { weight: 3, shift: 0.2 }),
    control(X, 7).on([2, 1, 0, 3, 4, 5, 6, 7]),
    control(T, 6).on(all.slice(0, 7)),
    defineControlled("nested", control(RY, 5)).on(all.slice(0, 7), { input: 0 }),
  ];

  test("and act as their matrices say", () => {
    // Without the turns in front most controls would be 0.
    const circuit = between(8, [...all.map((q) => RY.on([q], Math.PI / 2)), ...middle]);
    checkCircuitGradients(circuit);
    expect(explain(circuit)).not.toMatch(/(\d{2,})×\1 matrix/);
    const call = { inputs: [0.9], weights: [0.3, -1.2, 2, 0.7] };
    const plain = compile(circuit, { precision: "float64", path: "general" }).run(call);
    for (const precision of ["float64", "float32"] as const)
      compile(circuit, { precision })
        .run(call)
        .forEach((value, j) => {
          expect(value).toBeCloseTo(plain[j], precision === "float64" ? 12 : 5);
        });
  });

  test("on 20 qubits too, and as many at once", () => {
    const wires = wiresBelow(20);
    const operations = [
      ...wires.slice(0, 19).map((q) => X.on([q])),
      control(RX, 19).on(wires, { weight: 0 }),
      control(PhaseShift, 19).on(wires, 0.4),
      control(MultiRZ(2), 18).on(wires, 0.8),
      control(X, 18).on(wires.slice(0, 19)),
      control(X, 19).on(wires),
    ];
    const circuit = createCircuit({ numQubits: 20, operations, observables: ["Z19", "Z18"] });
    const executable = compile(circuit, { precision: "float64" });
    const call = { inputs: [], weights: [0.7] };
    executable.run(call).forEach((value, j) => {
      expect(value).toBeCloseTo([Math.cos(0.7), 1][j], 10);
    });
    expect(executable.vjp({ ...call, cotangent: [1, 0] }).weights[0]).toBeCloseTo(-Math.sin(0.7), 10);
  });
});

test("products of angles are compiled as the gate itself", () => {
  const product = between(4, [
    productAngle(IsingZZ).on([0, 2], { input: 0 }, { input: 1 }),
    productAngle(RZ).on([1], { input: 0, scale: 2 }, { weight: 0, shift: 0.3 }),
    productAngle(RY).on([3], { input: 1 }, 0.7),
    productAngle(IsingXX).on([3, 0], { weight: 1 }, { weight: 1 }),
    productAngle(PhaseShift).on([2], 0.5, 0.8),
    adjoint(productAngle(RX)).on([2], { input: 0 }, { weight: 1 }),
  ]);
  checkCircuitGradients(product);
  expect(explain(product)).not.toContain("matrix");
  const spelt = between(4, [
    IsingZZ.on([0, 2], -0.4 * 0.9),
    RZ.on([1], 2 * -0.4 * (0.6 + 0.3)),
    RY.on([3], 0.9 * 0.7),
    IsingXX.on([3, 0], 1.1 ** 2),
    PhaseShift.on([2], 0.4),
    RX.on([2], 0.4 * 1.1),
  ]);
  const wanted = compile(spelt, { precision: "float64" }).run({ inputs: [], weights: [] });
  const ours = compile(product, { precision: "float64" }).run({ inputs: [-0.4, 0.9], weights: [0.6, 1.1] });
  expect(sumOf(ours)).toBeCloseTo(sumOf(wanted), 13);
});

test("a phase of the whole state after a turn is no gate", () => {
  const phase = unitary({ re: [0, 0, 0, 0], im: [1, 0, 0, 1] });
  const circuit = createCircuit({ numQubits: 1, operations: [RX.on([0], 0.4), phase.on([0]), Rot.on([0], 1, 2, 3)] });
  checkCircuitGradients(circuit);
});
