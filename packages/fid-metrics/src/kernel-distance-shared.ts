import type { Features } from "./features.ts";
import type { SubsetIndices } from "./kernel-distance-subsets.ts";
import { type Kernel, type KernelTile, kernelTiles } from "./kernel-tiles.ts";

type Rows = readonly Int32Array[];

/** Whether the kernel matrix of both whole sets costs less than those of all subsets, which overlap; no subset may hold a row twice. */
export function isSharingCheaper(numReal: number, numGenerated: number, subsets: readonly SubsetIndices[]): boolean {
  const whole = (numReal + numGenerated) ** 2;
  const parts = subsets.reduce((sum, { real, generated }) => sum + (real.length + generated.length) ** 2, 0);
  const isOnce = (rows: ArrayLike<number>): boolean => new Set(Array.from(rows)).size === rows.length;
  return whole < parts && subsets.every(({ real, generated }) => isOnce(real) && isOnce(generated));
}

/**
 * The unbiased kernel distance of every subset from one pass over the kernel matrix of the whole sets: each value is computed once and
 * added to all subsets that hold its row and its column.
 */
export function sharedKernelDistances(
  real: Features,
  generated: Features,
  subsets: readonly SubsetIndices[],
  kernel: Kernel,
): number[] {
  const [realRows, generatedRows] = [
    subsets.map((subset) => Int32Array.from(subset.real as ArrayLike<number>).sort()),
    subsets.map((subset) => Int32Array.from(subset.generated as ArrayLike<number>).sort()),
  ];
  const within = (set: Features, rows: Rows): Float64Array => addUp(kernelTiles(set, set, kernel), rows, rows, true);
  const [a, b] = [within(real, realRows), within(generated, generatedRows)];
  const across = addUp(kernelTiles({ ...real }, generated, kernel), realRows, generatedRows, false);
  return subsets.map(({ real: { length: m }, generated: { length: n } }, s) => {
    return (2 * a[s]) / (m * (m - 1)) + (2 * b[s]) / (n * (n - 1)) - (2 * across[s]) / (m * n);
  });
}

/** Sum of the tiles' values at each subset's rows and columns, above the diagonal only where both are of one set. */
function addUp(tiles: Iterable<KernelTile>, rows: Rows, columns: Rows, isHalf: boolean): Float64Array {
  const sums = new Float64Array(rows.length);
  for (const { row, rows: height, column, columns: width, values } of tiles)
    rows.forEach((chosen, s) => {
      const right = columns[s];
      const [from, to] = [firstAtLeast(right, column), firstAtLeast(right, column + width)];
      const last = firstAtLeast(chosen, row + height);
      let sum = 0;
      for (let p = firstAtLeast(chosen, row); p < last; p++) {
        const line = (chosen[p] - row) * width - column;
        for (let q = isHalf ? Math.max(from, p + 1) : from; q < to; q++) sum += values[line + right[q]];
      }
      sums[s] += sum;
    });
  return sums;
}

function firstAtLeast(sorted: Int32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
