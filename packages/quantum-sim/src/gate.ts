import { expect } from "repro-kit";
import type { Angle } from "./angle.ts";
import { blockDiagonal, type ComplexMatrix, distanceFromUnitary, matrix, scale } from "./complex-matrix.ts";

/** A gate placed on wires. For controlled gates the control wires come first. */
export interface Operation {
  readonly gate: Gate;
  readonly wires: readonly number[];
  readonly angles: readonly Angle[];
}

/** A parametrised unitary: its mathematics, nothing about how it is simulated. */
export interface Gate {
  readonly name: string;
  readonly numWires: number;
  readonly numAngles: number;
  /** For a controlled gate: the gate that acts where all controls are 1; the controls are the leading wires. */
  readonly controlled?: { readonly gate: Gate; readonly numControls: number };
  /** U(θ), shape [2^numWires, 2^numWires]; the first wire is the most significant bit. */
  matrix(angles: readonly number[]): ComplexMatrix;
  /** ∂U/∂θ_k, same shape as `matrix`. */
  derivative(angles: readonly number[], k: number): ComplexMatrix;
  /** The gate on these wires with these angles. @throws UsageError if their numbers are wrong or a wire is repeated. */
  on(wires: readonly number[], ...angles: readonly Angle[]): Operation;
}

export type GateSpec = Omit<Gate, "on">;

/** A gate from its matrix and derivative; `checkGate` tests that the two belong together. */
export function defineGate(spec: GateSpec): Gate {
  const gate: Gate = {
    ...spec,
    on(wires, ...angles) {
      const { name, numWires, numAngles } = spec;
      const areWires = wires.length === numWires && wires.every((wire) => Number.isInteger(wire) && wire >= 0);
      expect(areWires, name, `acts on ${numWires} wire${numWires === 1 ? "" : "s"}; got [${wires.join(", ")}].`);
      expect(new Set(wires).size === wires.length, name, `needs different wires; got [${wires.join(", ")}].`);
      expect(angles.length === numAngles, name, `takes ${numAngles} angle${numAngles === 1 ? "" : "s"}; got ${angles.length}.`);
      return { gate, wires, angles };
    },
  };
  return gate;
}

/** Of hand-written entries like 0.70710678. */
const UNITARY_TOLERANCE = 1e-7;

/** A gate without angles, from its unitary, row-major; `im` defaults to zero. @throws UsageError if it is not unitary. */
export function defineFixedGate(name: string, re: readonly number[], im?: readonly number[]): Gate {
  const unitary = matrix(re, im);
  const distance = distanceFromUnitary(unitary);
  expect(distance < UNITARY_TOLERANCE, name, `matrix must be unitary; U†U differs from the identity by ${distance}.`);
  return defineGate({
    name,
    numWires: Math.log2(unitary.dim),
    numAngles: 0,
    matrix: () => unitary,
    derivative: () => scale(0, unitary),
  });
}

/**
 * exp(−iθG/2) = cos(θ/2)·I − i·sin(θ/2)·G, for a fixed gate G with G² = I.
 * Its derivative is ½·U(θ + π).
 *
 * @see Mitarai et al. 2018, arXiv:1803.00745 (the two-term parameter-shift rule)
 */
export function defineRotation(name: string, generator: Gate): Gate {
  const G = generator.matrix([]);
  const rotation = (theta: number): ComplexMatrix => {
    const c = Math.cos(theta / 2);
    const s = Math.sin(theta / 2);
    const onDiagonal = (i: number) => i % (G.dim + 1) === 0;
    return { dim: G.dim, re: G.im.map((g, i) => (onDiagonal(i) ? c : 0) + s * g), im: G.re.map((g) => -s * g) };
  };
  return defineGate({
    name,
    numWires: generator.numWires,
    numAngles: 1,
    matrix: ([theta]) => rotation(theta),
    derivative: ([theta]) => scale(0.5, rotation(theta + Math.PI)),
  });
}

/** |0…0⟩-blocks left alone, U where every control is 1. Controls come before the gate's own wires. */
export function defineControlled(name: string, gate: Gate, numControls = 1): Gate {
  const corner = 2 ** (numControls + gate.numWires) - 2 ** gate.numWires;
  return defineGate({
    name,
    numWires: numControls + gate.numWires,
    numAngles: gate.numAngles,
    controlled: { gate, numControls },
    matrix: (angles) => blockDiagonal(corner, 1, gate.matrix(angles)),
    derivative: (angles, k) => blockDiagonal(corner, 0, gate.derivative(angles, k)),
  });
}
