import { expect } from "repro-kit";
import type { WeightIndexer } from "./ansatz.ts";

/**
 * References to the entries of a weight tensor of this shape, row-major from `offset` on.
 *
 * @throws UsageError (by the indexer) if an index is outside the shape.
 */
export function weightIndexer(scope: string, shape: readonly number[], offset = 0): WeightIndexer {
  return (...index) => {
    const isInside = index.length === shape.length && index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < shape[axis]);
    expect(isInside, scope, `weight(${index.join(", ")}) is outside the declared shape [${shape.join(", ")}].`);
    return { weight: index.reduce((flat, i, axis) => flat * shape[axis] + i, 0) + offset };
  };
}
