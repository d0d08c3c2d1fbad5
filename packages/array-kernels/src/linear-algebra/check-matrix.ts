import { expect, UsageError } from "repro-kit";

/** Checks that `size` is a whole number from 1. */
export function checkSize(scope: string, name: string, size: number): void {
  expect(Number.isSafeInteger(size) && size >= 1, scope, `expected ${name} to be a whole number from 1; got ${size}.`);
}

/** Checks a row-major matrix: its type, its length and that every entry is finite. @returns the largest magnitude in it. */
export function checkMatrix(scope: string, name: string, matrix: Float64Array, rows: number, columns: number): number {
  expect(matrix instanceof Float64Array, scope, `expected ${name} to be a Float64Array. Convert it with Float64Array.from.`);
  expect(
    matrix.length === rows * columns,
    scope,
    () => `expected ${name} to hold ${rows}·${columns} = ${rows * columns} numbers; got ${matrix.length}. Check its shape.`,
  );
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) {
    const magnitude = Math.abs(matrix[i]);
    if (magnitude <= largest) continue;
    if (!(magnitude < Infinity)) refuseEntry(scope, name, matrix[i], Math.floor(i / columns), i % columns);
    largest = magnitude;
  }
  return largest;
}

// Apart from the loop: a closure over its index would make it ten times as slow.
function refuseEntry(scope: string, name: string, entry: number, row: number, column: number): never {
  throw new UsageError(`[${scope}] expected finite entries in ${name}; got ${entry} at row ${row}, column ${column}. Remove it.`);
}

/** Checks that matrix and its transpose differ by at most `symmetryTolerance` times its largest magnitude. */
export function checkSymmetric(scope: string, name: string, matrix: Float64Array, n: number, largest: number): void {
  const allowed = symmetryTolerance * largest;
  // Tile by tile: a column of a large matrix has a line of the cache for each entry.
  for (let top = 0; top < n; top += tileSide) {
    for (let left = 0; left <= top; left += tileSide) {
      for (let i = top; i < Math.min(n, top + tileSide); i++) {
        for (let j = left; j < Math.min(i, left + tileSide); j++) {
          if (Math.abs(matrix[i * n + j] - matrix[j * n + i]) > allowed) refuseAsymmetry(scope, name, matrix, n, i, j);
        }
      }
    }
  }
}

function refuseAsymmetry(scope: string, name: string, matrix: Float64Array, n: number, i: number, j: number): void {
  const gap = Math.abs(matrix[i * n + j] - matrix[j * n + i]);
  const found = `entries (${i}, ${j}) and (${j}, ${i}) differ by ${gap}`;
  expect(false, scope, `expected ${name} to be symmetric; ${found}. Symmetrise it, (A + Aᵀ)/2.`);
}

const tileSide = 16;

// Sums taken in two orders differ by about ε·√terms; 1e-9 leaves room for a million terms and still refuses a matrix of another kind.
const symmetryTolerance = 1e-9;

/** The power of two that brings `largest` into [1, 2); 1 for a zero matrix. Scaling by it is exact. */
export function powerOfTwoBelow(largest: number): number {
  if (largest === 0) return 1;
  const exponent = Math.floor(Math.log2(largest));
  return 2 ** Math.min(1022, Math.max(-1022, exponent));
}
