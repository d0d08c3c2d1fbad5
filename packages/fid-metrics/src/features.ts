import { expect } from "repro-kit";

/** `count` feature vectors of length `dimension`, row-major. */
export interface Features {
  readonly count: number;
  readonly dimension: number;
  readonly data: Float64Array;
}

/**
 * Refuses features that no metric can be computed from.
 *
 * @param scope - Name of the public function, shown in the message.
 * @param side - Which set it is ("real", "generated").
 * @param minimum - Fewest vectors that the caller can work with.
 * @throws UsageError for a wrong length, fewer than `minimum` vectors, or a value that is NaN or infinite.
 */
export function checkFeatures(scope: string, side: string, features: Features, minimum = 2): void {
  const { count, dimension, data } = features;
  expect(
    Number.isInteger(count) && Number.isInteger(dimension) && dimension >= 1 && data.length === count * dimension,
    scope,
    () => `${side} must hold count × dimension numbers; got ${data.length} for ${count} × ${dimension}.`,
  );
  expect(count >= minimum, scope, `${side} needs at least ${minimum} features; got ${count}.`);
  expect(areFinite(data), scope, () => {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    const where = `row ${Math.floor(bad / dimension)}, column ${bad % dimension}`;
    return `${side} holds ${data[bad]} (${where}). Look at the images or weights that it came from.`;
  });
}

/** As `every(Number.isFinite)`, ten times as fast. */
export function areFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]) < Infinity)) return false;
  return true;
}

/** Checks both sides and that their dimensions agree. @throws UsageError as `checkFeatures`. */
export function checkPair(scope: string, real: Features, generated: Features, minimum = 2): void {
  expect(
    real.dimension === generated.dimension,
    scope,
    `feature dimensions differ: real has ${real.dimension}, generated has ${generated.dimension}.`,
  );
  checkFeatures(scope, "real", real, minimum);
  checkFeatures(scope, "generated", generated, minimum);
}

/** Rows of the given indices, in their order. */
export function selectFeatures({ dimension, data }: Features, indices: ArrayLike<number>): Features {
  const selected = new Float64Array(indices.length * dimension);
  for (let i = 0; i < indices.length; i++)
    selected.set(data.subarray(indices[i] * dimension, (indices[i] + 1) * dimension), i * dimension);
  return { count: indices.length, dimension, data: selected };
}

/** One set after another. @throws UsageError if there is none or the dimensions differ. */
export function joinFeatures(parts: readonly Features[]): Features {
  expect(parts.length > 0, "joinFeatures", "at least one set is needed; got none.");
  const { dimension } = parts[0];
  for (const part of parts)
    expect(part.dimension === dimension, "joinFeatures", `feature dimensions differ: ${dimension} and ${part.dimension}.`);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const data = new Float64Array(count * dimension);
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.data.length;
  }
  return { count, dimension, data };
}
