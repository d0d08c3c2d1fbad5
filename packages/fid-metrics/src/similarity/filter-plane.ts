/** One channel of an image, row-major [height, width]. */
export interface Plane {
  readonly data: Float64Array;
  readonly height: number;
  readonly width: number;
}

/** Separable filter where the window fits: the result is smaller by window.length − 1 both ways. */
export function filterPlane({ data, height, width }: Plane, window: Float64Array): Plane {
  const [outHeight, outWidth] = [height - window.length + 1, width - window.length + 1];
  const rows = new Float64Array(height * outWidth);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < outWidth; x++) {
      let sum = 0;
      for (let k = 0; k < window.length; k++) sum += window[k] * data[y * width + x + k];
      rows[y * outWidth + x] = sum;
    }
  const out = new Float64Array(outHeight * outWidth);
  for (let k = 0; k < window.length; k++) for (let i = 0; i < out.length; i++) out[i] += window[k] * rows[k * outWidth + i];
  return { data: out, height: outHeight, width: outWidth };
}

/** Reflection at the border without doubling it: c b | a b c | b a. */
export function reflectPlane({ data, height, width }: Plane, margin: number): Plane {
  const [outHeight, outWidth] = [height + 2 * margin, width + 2 * margin];
  const mirror = (i: number, size: number): number => (i < 0 ? -i : i >= size ? 2 * size - 2 - i : i);
  const out = new Float64Array(outHeight * outWidth);
  for (let y = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++)
      out[y * outWidth + x] = data[mirror(y - margin, height) * width + mirror(x - margin, width)];
  return { data: out, height: outHeight, width: outWidth };
}

/**
 * Mean of 2 × 2 pixels. A last odd line is left out ("floor"), or a line of zeros stands before the first one, so that the
 * border is averaged with zeros ("pad-zeros", what a convolution library's padded average pool does).
 */
export function halvePlane({ data, height, width }: Plane, odd: "floor" | "pad-zeros"): Plane {
  const [marginY, marginX] = odd === "floor" ? [0, 0] : [height % 2, width % 2];
  const [outHeight, outWidth] = [Math.floor((height + 2 * marginY) / 2), Math.floor((width + 2 * marginX) / 2)];
  const at = (y: number, x: number): number => (y < 0 || x < 0 || y >= height || x >= width ? 0 : data[y * width + x]);
  const out = new Float64Array(outHeight * outWidth);
  for (let y = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++) {
      const [top, left] = [2 * y - marginY, 2 * x - marginX];
      out[y * outWidth + x] = (at(top, left) + at(top, left + 1) + at(top + 1, left) + at(top + 1, left + 1)) / 4;
    }
  return { data: out, height: outHeight, width: outWidth };
}
