import { expect } from "repro-kit";
import { type Angle, angleFault } from "./angle.ts";
import { adjoint, blockDiagonal, type ComplexMatrix, distanceFromUnitary, matrix, multiply, scale } from "./complex-matrix.ts";

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
  /** The Hermitian G_k with ∂U/∂θ_k = −(i/2)·G_k·U, same shape; for exp(−iθG/2) it is G at every angle. */
  generator(angles: readonly number[], k: number): ComplexMatrix;
  /**
   * [k]: the distinct eigenvalues of G_k, for gates A·exp(−iθ_k G/2)·B. Expectation values vary with θ_k at half their
   * differences (`angleFrequencies` of quantum-sim/gradients). Undefined: not of that form, or not known.
   */
  readonly spectra?: readonly (readonly number[])[];
  /** For a diagonal gate: U|x⟩ = e^{i·angle·Σ coefficient·(−1)^{parity(x & mask)}}|x⟩ (angle 1 if it takes none). Spares a matrix of many wires. */
  readonly phases?: readonly ParityTerm[];
  /** Operations on wires 0 … numWires − 1 that equal it, global phase included. What a gate on many wires is compiled to. */
  readonly decomposition?: (angles: readonly Angle[]) => readonly Operation[];
  /** For a gate of two angles a, b: the gate of one angle that it is at a·b. */
  readonly productOf?: Gate;
  /** For a gate whose use is to act on |0…0⟩: the state that it makes there, without its matrix. */
  readonly preparation?: StatePreparation;
  /** The gate on these wires with these angles. @throws UsageError if their numbers are wrong or a wire is repeated. */
  on(wires: readonly number[], ...angles: readonly Angle[]): Operation;
}

/** A share `coefficient`·(−1)^{parity(x & mask)} of an exponent; the first wire is the highest bit; mask 0 is a global phase. */
export interface ParityTerm {
  readonly mask: number;
  readonly coefficient: number;
}

/** Real amplitudes as a function of a gate's angles, and the slopes of a function of them. */
export interface StatePreparation {
  /** Amplitudes of the state made of |0…0⟩, [2^numWires]. @throws UsageError if the angles make none. */
  amplitudes(angles: ArrayLike<number>): Float64Array;
  /** Σ_x cotangent[x]·∂amplitude[x]/∂angle_k, [numAngles]. */
  vjp(angles: ArrayLike<number>, cotangent: Float64Array): Float64Array;
}

/** `generator` is derived from matrix and derivative unless it is given. */
export type GateSpec = Omit<Gate, "on" | "generator"> & Partial<Pick<Gate, "generator">>;

/** 2i·∂U/∂θ_k·U†. */
function derivedGenerator({ matrix: unitary, derivative }: GateSpec, angles: readonly number[], k: number): ComplexMatrix {
  const { dim, re, im } = multiply(derivative(angles, k), adjoint(unitary(angles)));
  return { dim, re: im.map((x) => -2 * x), im: re.map((x) => 2 * x) };
}

/** A gate from its matrix and derivative; `checkGate` (quantum-sim/testing) tests that they belong together. */
export function defineGate(spec: GateSpec): Gate {
  const gate: Gate = {
    generator: (angles, k) => derivedGenerator(spec, angles, k),
    ...spec,
    on(wires, ...angles) {
      const { name, numWires, numAngles } = spec;
      const areWires = wires.length === numWires && wires.every((wire) => Number.isInteger(wire) && wire >= 0);
      expect(areWires, name, `acts on ${numWires} wire${numWires === 1 ? "" : "s"}; got [${wires.join(", ")}].`);
      expect(new Set(wires).size === wires.length, name, `needs different wires; got [${wires.join(", ")}].`);
      expect(angles.length === numAngles, name, `takes ${numAngles} angle${numAngles === 1 ? "" : "s"}; got ${angles.length}.`);
      angles.forEach((angle, k) => {
        const fault = angleFault(angle);
        if (fault) expect(false, name, `angle ${k} must be finite numbers and indices ≥ 0; got ${fault}.`);
      });
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
  const numWires = Math.log2(unitary.dim);
  const isSquare = Number.isInteger(numWires) && numWires >= 1 && unitary.im.length === unitary.re.length;
  expect(
    isSquare,
    name,
    `matrix must have 4^k entries for k ≥ 1 wires; got ${re.length} real and ${unitary.im.length} imaginary parts.`,
  );
  const distance = distanceFromUnitary(unitary);
  expect(distance < UNITARY_TOLERANCE, name, `matrix must be unitary; U†U differs from the identity by ${distance}.`);
  return defineGate({
    name,
    numWires,
    numAngles: 0,
    spectra: [],
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
    spectra: [[-1, 1]],
    matrix: ([theta]) => rotation(theta),
    derivative: ([theta]) => scale(0.5, rotation(theta + Math.PI)),
    generator: () => G,
  });
}

/** Shares of an exponent that count only where all leading `numControls` bits of `numWires` are 1. */
function controlledPhases(terms: readonly ParityTerm[], numControls: number, numWires: number): ParityTerm[] {
  let all: readonly ParityTerm[] = terms;
  // Π (1 − χ_c)/2 over the controls.
  for (let c = 0; c < numControls; c++)
    all = all.flatMap(({ mask, coefficient }) => [
      { mask, coefficient: coefficient / 2 },
      { mask: mask | (1 << (numWires - 1 - c)), coefficient: -coefficient / 2 },
    ]);
  return [...all];
}

/** Controls up to which phases are spelt out: each doubles the number of terms. */
const MOST_PHASE_CONTROLS = 10;

/** |0…0⟩-blocks left alone, U where every control is 1. Controls come before the gate's own wires. */
export function defineControlled(name: string, gate: Gate, numControls = 1): Gate {
  const isCount = Number.isInteger(numControls) && numControls >= 1;
  expect(isCount, name, `numControls must be an integer ≥ 1; got ${numControls}.`);
  const numWires = numControls + gate.numWires;
  const corner = 2 ** numWires - 2 ** gate.numWires;
  const { spectra, phases, decomposition } = gate;
  const controls = Array.from({ length: numControls }, (_, wire) => wire);
  const inner = gate.controlled;
  const allControls = numControls + (inner?.numControls ?? 0);
  return defineGate({
    name,
    numWires,
    numAngles: gate.numAngles,
    controlled: { gate: inner?.gate ?? gate, numControls: allControls },
    ...(spectra && { spectra: spectra.map((values) => [...new Set([...values, 0])].sort((a, b) => a - b)) }),
    ...(phases && allControls <= MOST_PHASE_CONTROLS && { phases: controlledPhases(phases, numControls, numWires) }),
    ...(decomposition && {
      decomposition: (angles) =>
        decomposition(angles).map((operation) => ({
          gate: defineControlled(`C(${operation.gate.name})`, operation.gate, numControls),
          wires: [...controls, ...operation.wires.map((wire) => numControls + wire)],
          angles: operation.angles,
        })),
    }),
    matrix: (angles) => blockDiagonal(corner, 1, gate.matrix(angles)),
    derivative: (angles, k) => blockDiagonal(corner, 0, gate.derivative(angles, k)),
    generator: (angles, k) => blockDiagonal(corner, 0, gate.generator(angles, k)),
  });
}
