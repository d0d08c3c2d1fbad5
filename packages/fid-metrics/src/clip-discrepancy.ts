import { multiplyMatrices } from "array-kernels";
import { expect } from "repro-kit";
import { checkPair, type Features } from "./features.ts";

/** σ of the kernel and the factor of the published metric. */
const SIGMA = 10;
const SCALE = 1000;
const TILE_ROWS = 512;
const TILE_COLUMNS = 1024;

/**
 * CMMD: 1000 · (mean k(x, x′) + mean k(y, y′) − 2 mean k(x, y)) with k = exp(−‖x − y‖²/200) over embeddings of unit length. The means
 * hold the diagonals, as the published program has it, so that it is never negative and biased by about 10/n.
 *
 * @param real - Embeddings of CLIP ViT-L/14 at 336 px for the published number; any others give a number of their own. They are
 *   normalised here.
 * @throws UsageError for unlike dimensions, fewer than two embeddings, values that are not finite, or an embedding of length 0.
 *   O((n + m)² · dimension), constant memory.
 * @see Jayasumana et al. 2024, arXiv:2401.09603, Sec. 4, and google-research/cmmd.
 */
export function clipDiscrepancy(real: Features, generated: Features): number {
  checkPair("clipDiscrepancy", real, generated);
  const [x, y] = [normalise("real", real), normalise("generated", generated)];
  // Never negative but for rounding of the three means, which are near 1.
  return SCALE * (meanKernel(x, x) + meanKernel(y, y) - 2 * meanKernel(x, y));
}

function normalise(side: string, { count, dimension, data }: Features): Features {
  const unit = Float64Array.from(data);
  for (let i = 0; i < count; i++) {
    const row = unit.subarray(i * dimension, (i + 1) * dimension);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    expect(length > 0, "clipDiscrepancy", `${side} embedding ${i} has length 0, so it has no direction.`);
    for (let k = 0; k < dimension; k++) row[k] /= length;
  }
  return { count, dimension, data: unit };
}

/** Mean of exp(−‖a_i − b_j‖²/2σ²) of unit vectors, where ‖a − b‖² = 2 − 2a·b. */
function meanKernel(a: Features, b: Features): number {
  const { dimension } = a;
  let sum = 0;
  for (let row = 0; row < a.count; row += TILE_ROWS) {
    const rows = Math.min(TILE_ROWS, a.count - row);
    const left = a.data.subarray(row * dimension, (row + rows) * dimension);
    for (let column = 0; column < b.count; column += TILE_COLUMNS) {
      const columns = Math.min(TILE_COLUMNS, b.count - column);
      const right = b.data.subarray(column * dimension, (column + columns) * dimension);
      const dots = multiplyMatrices(left, right, { m: rows, k: dimension, n: columns, transposeB: true });
      let tile = 0;
      for (let k = 0; k < dots.length; k++) tile += Math.exp((dots[k] - 1) / (SIGMA * SIGMA));
      sum += tile;
    }
  }
  return sum / (a.count * b.count);
}
