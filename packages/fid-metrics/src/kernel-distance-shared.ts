import { multiplyMatrices } from "array-kernels";
import type { Features } from "./features.ts";
import type { SubsetIndices } from "./kernel-distance-subsets.ts";
import { type Kernel, type KernelTile, kernelTiles } from "./kernel-tiles.ts";

/**
 * Whether the kernel matrix of both whole sets, and its sums over subsets, cost less than the matrices of all subsets, which overlap; no
 * subset may hold a row twice.
 */
export function isSharingCheaper(real: Features, generated: Features, subsets: readonly SubsetIndices[]): boolean {
  const { dimension } = real;
  const whole = (real.count + generated.count) ** 2 * (dimension + 2 * subsets.length);
  const parts = dimension * subsets.reduce((sum, one) => sum + (one.real.length + one.generated.length) ** 2, 0);
  const isOnce = (rows: ArrayLike<number>): boolean => new Set(Array.from(rows)).size === rows.length;
  return whole < parts && subsets.every((one) => isOnce(one.real) && isOnce(one.generated));
}

/**
 * The unbiased kernel distance of every subset from one pass over the kernel matrix K of the whole sets. With column s of U marking the
 * rows of subset s, its sum is (Uᵀ·K·U)_ss: a matrix product gives those of all subsets.
 */
export function sharedKernelDistances(
  real: Features,
  generated: Features,
  subsets: readonly SubsetIndices[],
  kernel: Kernel,
): number[] {
  const [realRows, generatedRows] = [subsets.map((one) => one.real), subsets.map((one) => one.generated)];
  const realMembers = membersOf(real.count, realRows);
  const generatedMembers = membersOf(generated.count, generatedRows);
  const size = subsets.length;
  const within = (set: Features, members: Float64Array): Float64Array =>
    sumSubsets(aboveDiagonal(kernelTiles(set, set, kernel)), { rows: members, columns: members, size });
  const [a, b] = [within(real, realMembers), within(generated, generatedMembers)];
  // A copy of the wrapper: the same object would ask for half of the tiles.
  const tiles = kernelTiles({ ...real }, generated, kernel);
  const across = sumSubsets(tiles, { rows: realMembers, columns: generatedMembers, size });
  return subsets.map(({ real: { length: m }, generated: { length: n } }, s) => {
    return (2 * a[s]) / (m * (m - 1)) + (2 * b[s]) / (n * (n - 1)) - (2 * across[s]) / (m * n);
  });
}

/** U [count, subsets]: 1 where a subset holds a row. */
function membersOf(count: number, subsets: readonly ArrayLike<number>[]): Float64Array {
  const members = new Float64Array(count * subsets.length);
  subsets.forEach((rows, s) => {
    for (let i = 0; i < rows.length; i++) members[rows[i] * subsets.length + s] = 1;
  });
  return members;
}

/** Tiles with zeros on and below the diagonal. */
function* aboveDiagonal(tiles: Iterable<KernelTile>): Generator<KernelTile> {
  for (const tile of tiles) {
    const { row, rows, column, columns, values } = tile;
    for (let i = 0; i < rows; i++)
      values.fill(0, i * columns, i * columns + Math.max(0, Math.min(columns, row + i + 1 - column)));
    yield tile;
  }
}

interface Members {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  /** How many subsets. */
  readonly size: number;
}

/** Sum of the tiles' values at each subset's rows and columns. */
function sumSubsets(tiles: Iterable<KernelTile>, members: Members): Float64Array {
  const { size } = members;
  const sums = new Float64Array(size);
  for (const { row, rows, column, columns, values } of tiles) {
    const chosen = members.columns.subarray(column * size, (column + columns) * size);
    const rowSums = multiplyMatrices(values, chosen, { m: rows, k: columns, n: size }); // [rows, subsets]
    for (let i = 0; i < rows; i++) {
      const from = (row + i) * size;
      for (let s = 0; s < size; s++) sums[s] += members.rows[from + s] * rowSums[i * size + s];
    }
  }
  return sums;
}
