import type { GoldenKind } from "../golden-kind.ts";
import { type QuantumCaseKind, quantumKind } from "./quantum-case.ts";

const pending = (name: string, takes: readonly QuantumCaseKind[]): GoldenKind =>
  quantumKind(name, takes, (one) => ({ name: String(one.name), check: undefined }));

/** Density matrices, readout errors and post-selected ancillas come with the quantum issue. */
export const quantumNoise: GoldenKind = pending("quantum-noise", ["noise", "readout"]);
export const quantumPostSelection: GoldenKind = pending("quantum-post-selection", ["post-selection"]);
