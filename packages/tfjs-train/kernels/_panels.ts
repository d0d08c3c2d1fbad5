// The right factor B [depth, columns] of a product, packed into panels of eight columns (the last of four where four suffice), each
// [depth][8] and filled up with zeros, so that the innermost loop reads it in order.

/** Rows that are packed together, so that they stay in the first-level cache while the panels take their columns. */
const ROWS_AT_ONCE: i32 = 32;

/** Width of the panel that begins at a column. */
// @ts-ignore: decorator
@inline
function widthAt(first: i32, columns: i32): i32 {
  return columns - first > 4 ? 8 : 4;
}

/** Rows `rowBytes` apart, whose columns lie side by side, become depth `depth` and following of the panels. */
function packRows(from: usize, rowBytes: usize, count: i32, columns: i32, panels: usize, panelBytes: usize, depth: i32): void {
  for (let start = 0; start < count; start += ROWS_AT_ONCE) {
    const rows = min(ROWS_AT_ONCE, count - start);
    let panel = panels;
    for (let first = 0; first < columns; first += 8, panel += panelBytes) {
      const width = widthAt(first, columns);
      const here = min(width, columns - first);
      let to = panel + <usize>((depth + start) * width << 2);
      let source = from + <usize>start * rowBytes + (<usize>first << 2);
      for (let i = 0; i < rows; i++, source += rowBytes) {
        if (here == 8) {
          v128.store(to, v128.load(source));
          v128.store(to, v128.load(source, 16), 16);
          to += 32;
        } else if (here == 4) {
          v128.store(to, v128.load(source));
          to += 16;
        } else {
          for (let j = 0; j < width; j++, to += 4) store<f32>(to, j < here ? load<f32>(source + (<usize>j << 2)) : 0);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function fourOf(from: usize, columnBytes: usize, column: i32, here: i32): v128 {
  return column < here ? v128.load(from + <usize>column * columnBytes) : f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function one(from: usize, columnBytes: usize, column: i32, here: i32): f32 {
  return column < here ? load<f32>(from + <usize>column * columnBytes) : 0;
}

/** Four columns `columnBytes` apart, whose depths lie side by side, go to every `width`-th place. */
function packFour(from: usize, columnBytes: usize, here: i32, count: i32, to: usize, width: i32): void {
  const step = <usize>width << 2;
  let k = 0;
  for (; k + 4 <= count; k += 4, from += 16, to += step << 2) {
    const c0 = fourOf(from, columnBytes, 0, here), c1 = fourOf(from, columnBytes, 1, here);
    const c2 = fourOf(from, columnBytes, 2, here), c3 = fourOf(from, columnBytes, 3, here);
    const low01 = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
    v128.store(to + step, v128.shuffle<i64>(low01, low23, 1, 3));
    v128.store(to + 2 * step, v128.shuffle<i64>(high01, high23, 0, 2));
    v128.store(to + 3 * step, v128.shuffle<i64>(high01, high23, 1, 3));
  }
  for (; k < count; k++, from += 4, to += step)
    for (let column = 0; column < 4; column++) store<f32>(to + (<usize>column << 2), one(from, columnBytes, column, here));
}

function packColumns(from: usize, columnBytes: usize, count: i32, columns: i32, panels: usize, panelBytes: usize, depth: i32): void {
  for (let first = 0; first < columns; first += 8, panels += panelBytes) {
    const width = widthAt(first, columns);
    const source = from + <usize>first * columnBytes;
    const to = panels + <usize>(depth * width << 2);
    packFour(source, columnBytes, columns - first, count, to, width);
    if (width == 8) packFour(source + 4 * columnBytes, columnBytes, columns - first - 4, count, to + 16, width);
  }
}

/**
 * Packs one stretch of the depth, number `chunk` of the table: address, bytes from depth to depth, bytes from column to column (one of
 * the two is 4), depth, first depth index in the panels.
 */
export function packStretch(table: usize, chunk: i32, columns: i32, panels: usize, panelBytes: i32): void {
  const stretch = table + <usize>chunk * 20;
  const from: usize = load<u32>(stretch);
  const depthBytes: usize = load<u32>(stretch, 4);
  const columnBytes: usize = load<u32>(stretch, 8);
  const count = load<i32>(stretch, 12);
  const depth = load<i32>(stretch, 16);
  if (columnBytes == 4) packRows(from, depthBytes, count, columns, panels, panelBytes, depth);
  else packColumns(from, columnBytes, count, columns, panels, panelBytes, depth);
}

/** Packs line `line` of images [batch, lines, pixels, columns]; the depth index is (line·pixels + pixel)·batch + image. */
export function packLine(
  line: i32, from: usize, batch: i32, lines: i32, pixels: i32, columns: i32, panels: usize, panelBytes: i32,
): void {
  const pixelBytes = <usize>columns << 2;
  const imageBytes = <usize>lines * <usize>pixels * pixelBytes;
  from += <usize>line * <usize>pixels * pixelBytes;
  const depth = line * pixels * batch;
  if (batch == 1) {
    packRows(from, pixelBytes, pixels, columns, panels, panelBytes, depth);
    return;
  }
  for (let i = 0; i < pixels; i++, from += pixelBytes) packRows(from, imageBytes, batch, columns, panels, panelBytes, depth + i * batch);
}
