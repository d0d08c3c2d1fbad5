import type { Gate, ParityTerm } from "../gate.ts";
import type { Quaternion } from "../quaternion.ts";
import type { ProgramAngle } from "./angle-values.ts";

/** One factor of a turn of a qubit, up to a global phase: by an angle about X (0), Y (1) or Z (2), a fixed one, or any gate. */
export type TurnStep =
  | { readonly axis: 0 | 1 | 2; readonly angle: ProgramAngle }
  | { readonly fixed: Quaternion }
  | { readonly gate: Gate; readonly angles: readonly ProgramAngle[] };

/** Two basis states of a gate's wires that a rotation mixes; `sign` is the generator's entry there, without i. */
export interface LocalPair {
  readonly state: number;
  readonly sign: 1 | -1;
}

/** What a gate is to the compiler. Wires are those of the circuit; local basis states have the first wire as highest bit. */
export type Primitive =
  /** |x⟩ → e^{i·angle·Σ coefficient·χ(x)}|x⟩ with masks over the local basis states. */
  | {
      readonly kind: "phase";
      readonly wires: readonly number[];
      readonly terms: readonly ParityTerm[];
      readonly angle: ProgramAngle;
    }
  | { readonly kind: "turn"; readonly wires: readonly number[]; readonly step: TurnStep }
  /** |x⟩ → signs·|targets⟩. */
  | {
      readonly kind: "monomial";
      readonly wires: readonly number[];
      readonly name: string;
      readonly targets: readonly number[];
      readonly signs: readonly number[];
    }
  /** exp(−i·angle·G/2), where G has ±1 (or ±i below, ∓i above, for Y) between `state` and `state ^ flip`, zero elsewhere. */
  | {
      readonly kind: "pairs";
      readonly wires: readonly number[];
      readonly name: string;
      readonly pairs: readonly LocalPair[];
      readonly flip: number;
      readonly isY: boolean;
      readonly angle: ProgramAngle;
    }
  /** A matrix on `wires` where all of `controls` are 1. */
  | {
      readonly kind: "dense";
      readonly wires: readonly number[];
      readonly controls: readonly number[];
      readonly gate: Gate;
      readonly angles: readonly ProgramAngle[];
    }
  /** e^{i·arg √det} of a gate's matrix: only states see it. */
  | {
      readonly kind: "gate-phase";
      readonly wires: readonly number[];
      readonly gate: Gate;
      readonly angles: readonly ProgramAngle[];
    };

/** Wires that a primitive acts on. */
export const wiresOf = (primitive: Primitive): readonly number[] =>
  primitive.kind === "dense" ? [...primitive.controls, ...primitive.wires] : primitive.wires;
