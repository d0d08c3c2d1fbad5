import { type Angle, angleValue, isInput, isWeight } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { adjoint, type ComplexMatrix } from "../complex-matrix.ts";
import type { Operation } from "../gate.ts";
import { pauliMasks } from "../observable.ts";
import { addPauli, applyMatrix, createStatevector, resetStatevector, type Statevector } from "../statevector.ts";
import { gateTangent } from "./gate-tangent.ts";

/** Where one sample stands, and in which direction it moves. */
export interface MovingSample {
  readonly weights: ArrayLike<number>;
  readonly inputs: ArrayLike<number>;
  readonly inputOffset: number;
  /** d weights/dt and d inputs/dt; the latter with the same offset. */
  readonly weightVelocity: ArrayLike<number>;
  readonly inputVelocity: ArrayLike<number>;
}

/** A state and its derivative by t. */
export interface DualState {
  readonly value: Statevector;
  readonly velocity: Statevector;
}

/** A gate at one setting: U, and dU/dt where it moves. */
export interface DualGate {
  readonly angles: readonly number[];
  readonly velocities: readonly number[];
  readonly matrix: ComplexMatrix;
  readonly tangent: ComplexMatrix | undefined;
}

export const createDualState = (numQubits: number): DualState => ({
  value: createStatevector(numQubits),
  velocity: createStatevector(numQubits),
});

/** Makes it |0…0⟩, at rest. */
export function resetDualState({ value, velocity }: DualState): void {
  resetStatevector(value);
  velocity.re.fill(0);
  velocity.im.fill(0);
}

const velocityOf = (angle: Angle, { weightVelocity, inputVelocity, inputOffset }: MovingSample): number => {
  if (isWeight(angle)) return (angle.scale ?? 1) * weightVelocity[angle.weight];
  return isInput(angle) ? (angle.scale ?? 1) * inputVelocity[inputOffset + angle.input] : 0;
};

/** Every gate at one setting. */
export const dualGates = (operations: readonly Operation[], at: MovingSample): DualGate[] =>
  operations.map(({ gate, angles }) => {
    const values = angles.map((angle) => angleValue(angle, at.weights, 0, at.inputs, at.inputOffset));
    const velocities = angles.map((angle) => velocityOf(angle, at));
    return { angles: values, velocities, matrix: gate.matrix(values), tangent: gateTangent(gate, values, velocities) };
  });

/** target ← target + sign·M source on wires; `scratch` is overwritten. */
function addApplied(
  M: ComplexMatrix,
  wires: readonly number[],
  source: Statevector,
  sign: 1 | -1,
  target: Statevector,
  scratch: Statevector,
): void {
  scratch.re.set(source.re);
  scratch.im.set(source.im);
  applyMatrix(M, wires, scratch);
  for (let x = 0; x < target.re.length; x++) {
    target.re[x] += sign * scratch.re[x];
    target.im[x] += sign * scratch.im[x];
  }
}

/** ψ ← Uψ, ψ̇ ← Uψ̇ + U̇ψ. */
export function moveForward(
  { matrix, tangent }: DualGate,
  wires: readonly number[],
  { value, velocity }: DualState,
  scratch: Statevector,
): void {
  applyMatrix(matrix, wires, velocity);
  if (tangent) addApplied(tangent, wires, value, 1, velocity, scratch);
  applyMatrix(matrix, wires, value);
}

/** Takes a gate back from ket: ψ ← U†ψ, ψ̇ ← U†(ψ̇ − U̇ψ) with the new ψ. */
export function takeBack(
  { matrix, tangent }: DualGate,
  wires: readonly number[],
  { value, velocity }: DualState,
  scratch: Statevector,
): void {
  const inverse = adjoint(matrix);
  applyMatrix(inverse, wires, value);
  if (tangent) addApplied(tangent, wires, value, -1, velocity, scratch);
  applyMatrix(inverse, wires, velocity);
}

/** Carries the bra back: λ̇ ← U†λ̇ + U̇†λ, λ ← U†λ. */
export function carryBack(
  { matrix, tangent }: DualGate,
  wires: readonly number[],
  { value, velocity }: DualState,
  scratch: Statevector,
): void {
  const inverse = adjoint(matrix);
  applyMatrix(inverse, wires, velocity);
  if (tangent) addApplied(adjoint(tangent), wires, value, 1, velocity, scratch);
  applyMatrix(inverse, wires, value);
}

/** λ ← Σ_j v_j O_j ψ, λ̇ ← Σ_j v_j O_j ψ̇ + v̇_j O_j ψ, for the measured words. */
export function applyWords(
  { observables, numQubits }: Circuit,
  cotangent: ArrayLike<number>,
  cotangentVelocity: ArrayLike<number>,
  ket: DualState,
  bra: DualState,
): void {
  for (const part of [bra.value.re, bra.value.im, bra.velocity.re, bra.velocity.im]) part.fill(0);
  observables.forEach((word, j) => {
    const masks = pauliMasks(word, numQubits);
    addPauli(cotangent[j], masks, ket.value, bra.value);
    addPauli(cotangent[j], masks, ket.velocity, bra.velocity);
    if (cotangentVelocity[j] !== 0) addPauli(cotangentVelocity[j], masks, ket.value, bra.velocity);
  });
}

/** Re⟨a|b⟩. */
export const realOverlap = (a: Statevector, b: Statevector): number =>
  a.re.reduce((sum, x, i) => sum + x * b.re[i] + a.im[i] * b.im[i], 0);
