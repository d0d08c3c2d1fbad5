import type { Operation } from "../gate.ts";
import { SWAP, X, Z } from "../gates/index.ts";

/** What a gate shows on one of its wires: a mark in pictures, a name in text. */
export interface WireSymbol {
  readonly mark: "control" | "not" | "swap" | "box";
  readonly name: string;
  /** Behind the angles: † of an adjoint. */
  readonly suffix: string;
}

const CONTROL: WireSymbol = { mark: "control", name: "●", suffix: "" };

/** Names that PennyLane's drawer writes otherwise. */
const SHORT: Readonly<Record<string, string>> = { Sdg: "S†", Tdg: "T†", SXdg: "SX†", PhaseShift: "Rϕ" };

/** The symbols of an operation, one for each of its wires. */
export function symbolsOf({ gate, wires }: Operation): WireSymbol[] {
  const { gate: base, numControls } = gate.controlled ?? { gate, numControls: 0 };
  const { name, suffix } = shortName(base.productOf?.name ?? (base.preparation ? "|Ψ⟩" : base.name));
  return wires.map((_, k): WireSymbol => {
    if (k < numControls) return CONTROL;
    if (numControls > 0 && base === X) return { mark: "not", name, suffix };
    // Every wire of a controlled Z is alike; text tells the last one apart, as PennyLane does.
    if (numControls > 0 && base === Z) return { mark: "control", name, suffix };
    return { mark: base === SWAP ? "swap" : "box", name, suffix };
  });
}

/** "RX†" comes apart; "MultiRZ(3)" is MultiRZ, "PauliRot(XZ)" RXZ. */
function shortName(full: string): { readonly name: string; readonly suffix: string } {
  const [, name, suffix] = /^(.*?)(†*)$/s.exec(full) ?? ["", full, ""];
  const short = name.replace(/^MultiRZ\(\d+\)$/, "MultiRZ").replace(/^PauliRot\(([IXYZ]+)\)$/, "R$1");
  return { name: SHORT[short] ?? short, suffix };
}
