import { expect } from "repro-kit";
import { defineFixedGate, type Gate } from "../gate.ts";

export interface UnitaryEntries {
  /** Row-major, [4^numWires]. */
  readonly re: ArrayLike<number>;
  /** Default zero. */
  readonly im?: ArrayLike<number>;
}

/**
 * The gate of any unitary matrix, given by its entries; the first wire is the highest bit of a row's index.
 *
 * @throws UsageError if an entry is not finite, their number is not 4^k, or U†U differs from the identity by 1e-7 or more.
 * @example unitary({ re: [0, 1, 1, 0] }).on([0]); // X
 */
export function unitary({ re, im }: UnitaryEntries, name = "unitary"): Gate {
  for (const part of [re, im ?? []])
    for (let i = 0; i < part.length; i++)
      expect(Number.isFinite(part[i]), name, `matrix must have finite entries; got ${part[i]} at index ${i}.`);
  return defineFixedGate(name, Array.from(re), im && Array.from(im));
}
