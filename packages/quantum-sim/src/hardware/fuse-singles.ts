import { type Angle, isInput, isWeight, shifted } from "../angle.ts";
import { type ComplexMatrix, identity, multiply } from "../complex-matrix.ts";
import { eulerAngles } from "../decompose/euler-angles.ts";
import type { Operation } from "../gate.ts";
import { RZ, SX, X } from "../gates/index.ts";

/** Turns below this are left out. */
const NEGLIGIBLE = 1e-12;

/** Gates on one wire whose free angles `fuseSingles` knows. */
export const SYMBOLIC_SINGLES: readonly string[] = ["RX", "RY", "RZ", "PhaseShift", "U1", "U2", "U3", "Rot"];

/**
 * Gates on one wire as RZ, SX and X, up to phase: those with numbers become one gate between those with free angles, which are kept.
 *
 * @see McKay et al. 2017, arXiv:1612.00858, eq. (4): two √X pulses between virtual Z rotations make any gate.
 */
export function fuseSingles(operations: readonly Operation[], wire: number): Operation[] {
  const out: Operation[] = [];
  /** RZ that waits: Z rotations in a row add up. */
  let angle: Angle = 0;
  let fixed: ComplexMatrix | undefined;
  const emitTurn = () => {
    const turned = typeof angle === "number" ? angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI)) : angle;
    if (typeof turned !== "number" || Math.abs(turned) > NEGLIGIBLE) out.push(RZ.on([wire], turned));
    angle = 0;
  };
  const turn = (next: Angle) => {
    const sum = addAngles(angle, next);
    if (sum === undefined) emitTurn();
    angle = sum ?? next;
  };
  const pulse = (gate = SX) => {
    emitTurn();
    out.push(gate.on([wire]));
  };
  /** RZ(φ)·RY(θ)·RZ(λ) = RZ(φ + π)·√X·RZ(θ + π)·√X·RZ(λ), up to phase. */
  const euler = (theta: Angle, phi: Angle, lambda: Angle) => {
    turn(lambda);
    pulse();
    turn(shifted(theta, Math.PI));
    pulse();
    turn(shifted(phi, Math.PI));
  };
  const emitFixed = () => {
    if (!fixed) return;
    const { phi, theta, lambda } = eulerAngles(fixed);
    fixed = undefined;
    if (Math.abs(theta) < NEGLIGIBLE) turn(phi + lambda);
    else if (Math.abs(theta - Math.PI) < NEGLIGIBLE) {
      turn(lambda - phi - Math.PI);
      pulse(X);
    } else if (Math.abs(theta - Math.PI / 2) < NEGLIGIBLE) {
      turn(lambda - Math.PI / 2);
      pulse();
      turn(phi + Math.PI / 2);
    } else euler(theta, phi, lambda);
  };
  for (const { gate, angles } of operations) {
    if (angles.every((value) => typeof value === "number")) {
      fixed = multiply(gate.matrix(angles), fixed ?? identity(2));
      continue;
    }
    emitFixed();
    const [a, b, c] = angles;
    if (gate.name === "RZ" || gate.name === "PhaseShift" || gate.name === "U1") turn(a);
    else if (gate.name === "RY") euler(a, 0, 0);
    else if (gate.name === "RX") euler(a, -Math.PI / 2, Math.PI / 2);
    else if (gate.name === "Rot") euler(b, c, a);
    else if (gate.name === "U3") euler(a, b, c);
    else if (gate.name === "U2") euler(Math.PI / 2, a, b);
    else throw new Error(`bug: ${gate.name} with free angles is no single that fuses.`);
  }
  emitFixed();
  emitTurn();
  return out;
}

/** The sum as one angle, if it is one. */
function addAngles(a: Angle, b: Angle): Angle | undefined {
  if (typeof a === "number") return shifted(b, a);
  if (typeof b === "number") return shifted(a, b);
  const isSame = (isWeight(a) && isWeight(b) && a.weight === b.weight) || (isInput(a) && isInput(b) && a.input === b.input);
  if (!isSame) return undefined;
  const scale = (a.scale ?? 1) + (b.scale ?? 1);
  const shift = (a.shift ?? 0) + (b.shift ?? 0);
  return scale === 0 ? shift : { ...a, scale, shift };
}
