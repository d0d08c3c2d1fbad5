export type ResizeKind = "bilinear" | "nearest";

/**
 * The matrix [newSize, size] that resizes one axis as tfjs does: row i holds the weights of the old samples in new sample i.
 *
 * @param options - `alignCorners` maps end to end; `halfPixelCenters` samples at the middle of pixels.
 */
export function resizeMatrix(
  kind: ResizeKind,
  size: number,
  newSize: number,
  options: { readonly alignCorners: boolean; readonly halfPixelCenters: boolean },
): Float32Array {
  const { alignCorners, halfPixelCenters } = options;
  const scale = alignCorners && newSize > 1 ? (size - 1) / (newSize - 1) : size / newSize;
  const matrix = new Float32Array(newSize * size);
  for (let i = 0; i < newSize; i++) {
    if (kind === "nearest") {
      const position = (halfPixelCenters ? i + 0.5 : i) * scale;
      const nearest = alignCorners ? Math.round(position) : Math.floor(position);
      matrix[i * size + Math.max(0, Math.min(size - 1, nearest))] = 1;
      continue;
    }
    const position = halfPixelCenters ? (i + 0.5) * scale - 0.5 : i * scale;
    const below = Math.max(0, Math.floor(position));
    const above = Math.min(size - 1, Math.ceil(position));
    const fraction = position - below;
    matrix[i * size + Math.min(below, size - 1)] += 1 - fraction;
    matrix[i * size + above] += fraction;
  }
  return matrix;
}
