import { multiplyMatrices, symmetricEigen } from "array-kernels";
import { expect } from "repro-kit";

export interface PrincipalComponents {
  /** Coordinates, [count, numComponents], row-major; largest variance first. */
  readonly coordinates: Float64Array;
  /** Share of the whole variance that each component holds. */
  readonly explained: readonly number[];
}

/**
 * Principal components of rows, from the eigenvectors of their covariance or, where there are fewer rows than columns, of the rows'
 * products. Signs are such that the coordinate of largest magnitude is positive.
 *
 * @param data - [count, size], row-major.
 * @throws UsageError for fewer than 2 rows.
 * @see Jolliffe 2002, "Principal Component Analysis", Ch. 3.
 */
export function principalComponents(data: Float64Array, size: number, numComponents: number): PrincipalComponents {
  const count = data.length / size;
  expect(count >= 2, "explore", `a map needs at least 2 images; got ${count}.`);
  const mean = new Float64Array(size);
  for (let i = 0; i < data.length; i++) mean[i % size] += data[i] / count;
  const centred = data.map((value, i) => value - mean[i % size]);
  const isWide = count < size;
  const shape = isWide ? { m: count, k: size, n: count, transposeB: true } : { m: size, k: count, n: size, transposeA: true };
  const products = multiplyMatrices(centred, centred, shape);
  const length = isWide ? count : size;
  const { values, vectors } = symmetricEigen(products, length, { vectors: true });
  if (!vectors) throw new Error("bug: eigenvectors were asked for.");
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0) || 1;
  const kept = Math.min(numComponents, length, count);
  const coordinates = new Float64Array(count * numComponents);
  const explained: number[] = [];
  for (let component = 0; component < kept; component++) {
    const j = length - 1 - component; // ascending
    const value = Math.max(0, values[j]);
    explained.push(value / total);
    let largest = 0;
    const column = new Float64Array(count);
    for (let row = 0; row < count; row++) {
      let coordinate = 0;
      if (isWide) coordinate = vectors[row * length + j] * Math.sqrt(value);
      else for (let k = 0; k < size; k++) coordinate += centred[row * size + k] * vectors[k * length + j];
      column[row] = coordinate;
      if (Math.abs(coordinate) > Math.abs(largest)) largest = coordinate;
    }
    for (let row = 0; row < count; row++) coordinates[row * numComponents + component] = largest < 0 ? -column[row] : column[row];
  }
  return { coordinates, explained };
}
