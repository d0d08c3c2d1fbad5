/** A strided view of items in bytes. */
export interface StridedView {
  /** 1, 2, 4 or 8. */
  readonly itemSize: number;
  /** The first item. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** In items, ≥ 0. */
  readonly strides: readonly number[];
}

/**
 * Copies a strided view of items into row-major order. The caller has checked that the view lies in the bytes.
 *
 * @returns As many bytes as the view has items.
 */
export function gatherStrided(bytes: Uint8Array, { itemSize, offset, shape, strides }: StridedView): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const out = new Uint8Array(count * itemSize);
  if (count === 0) return out;
  const rank = shape.length;
  const inner = rank > 0 ? shape[rank - 1] : 1;
  const step = (rank > 0 ? strides[rank - 1] : 1) * itemSize;
  const index = shape.map(() => 0);
  let source = offset * itemSize;
  for (let target = 0; target < out.length; ) {
    for (let i = 0, from = source; i < inner; i++, from += step)
      for (let byte = 0; byte < itemSize; byte++) out[target++] = bytes[from + byte];
    for (let axis = rank - 2; axis >= 0; axis--) {
      source += strides[axis] * itemSize;
      if (++index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis] * itemSize;
      index[axis] = 0;
    }
  }
  return out;
}
