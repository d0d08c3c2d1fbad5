/**
 * A resize along one axis as a dense matrix [out, in], row-major: out = M·in. An image is resized by one such matrix a side, so
 * every convention is data and runs as matrix products on any backend.
 */
export interface ResizeMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * torch's `interpolate(mode="bilinear", align_corners=False, antialias=False)`: source coordinate (i + ½)·in/out − ½, cut off
 * below at 0. Coordinates are rounded to float32 where torch rounds them.
 */
export function torchBilinearMatrix(outSize: number, inSize: number): ResizeMatrix {
  const scale = Math.fround(inSize / outSize);
  return bilinear(outSize, inSize, (i) => Math.max(0, Math.fround(Math.fround(scale * (i + 0.5)) - 0.5)));
}

/** TensorFlow 1's `resize_bilinear` as torch-fidelity does it: source coordinate i·in/out, no half-pixel shift. */
export function tensorflow1BilinearMatrix(outSize: number, inSize: number): ResizeMatrix {
  const scale = Math.fround(inSize / outSize);
  return bilinear(outSize, inSize, (i) => Math.fround(scale * i));
}

function bilinear(outSize: number, inSize: number, coordinate: (i: number) => number): ResizeMatrix {
  const data = new Float32Array(outSize * inSize);
  for (let i = 0; i < outSize; i++) {
    const x = coordinate(i);
    const lower = Math.min(Math.floor(x), inSize - 1);
    const fraction = Math.fround(x - lower);
    data[i * inSize + lower] += 1 - fraction;
    data[i * inSize + Math.min(lower + 1, inSize - 1)] += fraction;
  }
  return { rows: outSize, columns: inSize, data };
}

/**
 * Pillow's BICUBIC (a = −½), antialiased when shrinking: weights of the kernel at (j + ½ − centre)/scale over a support of
 * 2·scale, cut at the border and normalised to 1.
 */
export function pillowBicubicMatrix(outSize: number, inSize: number): ResizeMatrix {
  const data = new Float32Array(outSize * inSize);
  const ratio = inSize / outSize;
  const scale = Math.max(1, ratio);
  const support = 2 * scale;
  for (let i = 0; i < outSize; i++) {
    const centre = (i + 0.5) * ratio;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(inSize, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: last - first }, (_, j) => cubic((first + j - centre + 0.5) / scale));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, j) => {
      data[i * inSize + first + j] = weight / total;
    });
  }
  return { rows: outSize, columns: inSize, data };
}

/** Keys' cubic convolution kernel with a = −½. */
function cubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return ((t - 5) * t + 8) * t * a - 4 * a;
  return 0;
}
