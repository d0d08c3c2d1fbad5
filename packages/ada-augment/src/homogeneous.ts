/** A square homogeneous matrix, row-major: 9 numbers for the plane (x, y, 1), 16 for colours (r, g, b, 1). */
export type Homogeneous = readonly number[];

/** The identity of size `n`×`n`. */
export function identityMatrix(n: 3 | 4): Homogeneous {
  return Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
}

/** a·b for two matrices of one size. */
export function multiplyHomogeneous(a: Homogeneous, b: Homogeneous): Homogeneous {
  const n = Math.round(Math.sqrt(a.length));
  return a.map((_, i) => {
    const row = Math.floor(i / n);
    const column = i % n;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column];
    return sum;
  });
}

/** Adds (tx, ty) to a point of the plane. */
export const translation2d = (tx: number, ty: number): Homogeneous => [1, 0, tx, 0, 1, ty, 0, 0, 1];

/** Scales a point of the plane by (sx, sy). */
export const scaling2d = (sx: number, sy: number): Homogeneous => [sx, 0, 0, 0, sy, 0, 0, 0, 1];

/** Adds (tr, tg, tb) to a colour. */
export const translation3d = (tr: number, tg: number, tb: number): Homogeneous => [
  1,
  0,
  0,
  tr,
  0,
  1,
  0,
  tg,
  0,
  0,
  1,
  tb,
  0,
  0,
  0,
  1,
];

/** Scales a colour by (sr, sg, sb). */
export const scaling3d = (sr: number, sg: number, sb: number): Homogeneous => [sr, 0, 0, 0, 0, sg, 0, 0, 0, 0, sb, 0, 0, 0, 0, 1];
