/** A fine picture, [size, size, channels], and the same in grey, [size, size]. */
export interface FinePicture {
  readonly data: Uint8Array;
  readonly grey: Uint8Array;
  readonly size: number;
  readonly channels: number;
}

/**
 * What is left of `query` when `target` is laid over it as well as it goes: moved by up to `margin` pixels both ways to the best
 * normalised correlation, then gain, offset and a rest of a pixel fitted by least squares.
 *
 * @returns Root mean square of the rest, in grey values.
 */
export function registeredResidual(query: FinePicture, target: FinePicture, margin: number): number {
  const { top, left } = bestShift(query, target, margin);
  return fitResidual(query, target, { margin, top, left });
}

/** Corner of the window of `query` that correlates best with the middle of `target`, in grey. */
function bestShift(query: FinePicture, target: FinePicture, margin: number): { top: number; left: number } {
  const { size } = target;
  const inner = size - 2 * margin;
  const total = inner * inner;
  const middle = new Float32Array(total); // mean 0, so that the window's own mean drops out of the product
  let mean = 0;
  for (let y = 0; y < inner; y++) for (let x = 0; x < inner; x++) mean += target.grey[(y + margin) * size + margin + x] / total;
  for (let y = 0; y < inner; y++)
    for (let x = 0; x < inner; x++) middle[y * inner + x] = target.grey[(y + margin) * size + margin + x] - mean;
  let [best, top, left] = [Number.NEGATIVE_INFINITY, 0, 0];
  for (let dy = 0; dy <= 2 * margin; dy++)
    for (let dx = 0; dx <= 2 * margin; dx++) {
      let [product, sum, squares] = [0, 0, 0];
      for (let y = 0; y < inner; y++)
        for (let x = 0, from = (y + dy) * size + dx, at = y * inner; x < inner; x++) {
          const value = query.grey[from + x];
          product += value * middle[at + x];
          sum += value;
          squares += value * value;
        }
      const spread = squares - (sum * sum) / total;
      const correlation = spread > 0 ? product / Math.sqrt(spread) : 0;
      if (correlation > best) [best, top, left] = [correlation, dy, dx];
    }
  return { top, left };
}

const TERMS = 4;

/** Least squares query = w₀ + w₁·target + w₂·∂x target + w₃·∂y target over the window without its outermost pixels. */
function fitResidual(
  query: FinePicture,
  { data, size, channels }: FinePicture,
  { margin, top, left }: { readonly margin: number; readonly top: number; readonly left: number },
): number {
  const inner = size - 2 * margin;
  const line = size * channels;
  const [gram, right] = [new Float64Array(TERMS * TERMS), new Float64Array(TERMS)];
  let [squares, count] = [0, 0];
  const row = new Float64Array([1, 0, 0, 0]);
  for (let y = 1; y < inner - 1; y++)
    for (let i = channels; i < (inner - 1) * channels; i++) {
      const at = (y + margin) * line + margin * channels + i;
      const value = query.data[(y + top) * line + left * channels + i];
      row[1] = data[at];
      row[2] = (data[at + channels] - data[at - channels]) / 2;
      row[3] = (data[at + line] - data[at - line]) / 2;
      for (let a = 0; a < TERMS; a++) {
        right[a] += row[a] * value;
        for (let b = a; b < TERMS; b++) gram[a * TERMS + b] += row[a] * row[b];
      }
      squares += value * value;
      count++;
    }
  return Math.sqrt(Math.max(0, squares - explained(gram, right)) / count);
}

/** bᵀG⁻¹b by elimination in place; a direction that the others hold already (flat images) is passed over. */
function explained(gram: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < TERMS; a++) {
    const pivot = gram[a * TERMS + a];
    if (!(pivot > 1e-6)) continue;
    sum += right[a] ** 2 / pivot;
    for (let b = a + 1; b < TERMS; b++) {
      const factor = gram[a * TERMS + b] / pivot;
      right[b] -= factor * right[a];
      for (let c = b; c < TERMS; c++) gram[b * TERMS + c] -= factor * gram[a * TERMS + c];
    }
  }
  return sum;
}
