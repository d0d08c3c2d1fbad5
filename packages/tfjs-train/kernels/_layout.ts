/** dst[j·dstStride + i] = src[i·srcStride + j] for i < rows, j < columns, in 4×4 blocks. */
export function transpose(src: usize, dst: usize, rows: i32, columns: i32, srcStride: i32, dstStride: i32): void {
  const from: usize = (<usize>srcStride) << 2;
  const to: usize = (<usize>dstStride) << 2;
  const blockRows = rows & ~3;
  const blockColumns = columns & ~3;
  for (let j = 0; j < blockColumns; j += 4) {
    let q = dst + (<usize>j) * to;
    let p = src + ((<usize>j) << 2);
    for (let i = 0; i < blockRows; i += 4) {
      const a = v128.load(p);
      const b = v128.load(p + from);
      const c = v128.load(p + 2 * from);
      const d = v128.load(p + 3 * from);
      const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(q, v128.shuffle<i64>(ab0, cd0, 0, 2));
      v128.store(q + to, v128.shuffle<i64>(ab0, cd0, 1, 3));
      v128.store(q + 2 * to, v128.shuffle<i64>(ab1, cd1, 0, 2));
      v128.store(q + 3 * to, v128.shuffle<i64>(ab1, cd1, 1, 3));
      p += from << 2;
      q += 16;
    }
  }
  for (let j = 0; j < columns; j++) {
    const start = j < blockColumns ? blockRows : 0;
    let q = dst + (<usize>j) * to + ((<usize>start) << 2);
    let p = src + ((<usize>j) << 2) + (<usize>start) * from;
    for (let i = start; i < rows; i++) {
      store<f32>(q, load<f32>(p));
      p += from;
      q += 4;
    }
  }
}

/** Copies `rows` runs of `count` floats, each side with its own stride. */
export function copyRows(src: usize, dst: usize, rows: i32, count: i32, srcStride: i32, dstStride: i32): void {
  const from: usize = (<usize>srcStride) << 2;
  const to: usize = (<usize>dstStride) << 2;
  const bytes: usize = (<usize>count) << 2;
  if (count >= 64) {
    for (let i = 0; i < rows; i++, src += from, dst += to) memory.copy(dst, src, bytes);
    return;
  }
  const blocks = bytes & ~15;
  for (let i = 0; i < rows; i++, src += from, dst += to) {
    let k: usize = 0;
    for (; k < blocks; k += 16) v128.store(dst + k, v128.load(src + k));
    for (; k < bytes; k += 4) store<f32>(dst + k, load<f32>(src + k));
  }
}
