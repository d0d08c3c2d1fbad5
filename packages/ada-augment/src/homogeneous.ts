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

/** Turns a point of the plane by an angle, from x towards y. */
export function rotation2d(angleRadians: number): Homogeneous {
  const [c, s] = [Math.cos(angleRadians), Math.sin(angleRadians)];
  return [c, -s, 0, s, c, 0, 0, 0, 1];
}

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

/** The direction of grey, (1, 1, 1)/√3: the luma axis of Karras et al. 2020. */
const LUMA = 1 / Math.sqrt(3);

/** Turns a colour about the grey axis (hue), counter-clockwise as seen from white: Rodrigues' formula. */
export function rotation3d(angleRadians: number): Homogeneous {
  const [c, s] = [Math.cos(angleRadians), Math.sin(angleRadians)];
  const along = (1 - c) / 3;
  const [plus, minus] = [along + LUMA * s, along - LUMA * s];
  return [along + c, minus, plus, 0, plus, along + c, minus, 0, minus, plus, along + c, 0, 0, 0, 0, 1];
}

/** Scales the part of a colour along the grey axis by `luma` and what is left of it, its saturation, by `chroma`. */
export function lumaScaling3d({ luma, chroma }: { luma: number; chroma: number }): Homogeneous {
  const off = (luma - chroma) / 3;
  const on = off + chroma;
  return [on, off, off, 0, off, on, off, 0, off, off, on, 0, 0, 0, 0, 1];
}
