import type { RasterImage } from "array-kernels";
import type { Rng } from "repro-kit";
import type { Color } from "./lesion.ts";
import { smoothstep } from "./noise-field.ts";

/** A square picture in the making: floats, `channels` a pixel, coordinates from −1 to 1 in both directions. */
export interface Canvas {
  readonly size: number;
  readonly pixels: Float32Array;
  /** Sets every pixel. */
  fill(shade: (color: Color, x: number, y: number) => void): void;
  /** Moves the pixels within the circle towards a colour by the share that `cover` gives for the distance from the centre, 1 at the radius. */
  disc(x: number, y: number, radius: number, color: Readonly<Color>, cover?: (distance: number) => number): void;
  /** A straight stroke with soft sides, at least a pixel wide; thinner ones are fainter. */
  stroke(
    from: readonly [number, number],
    to: readonly [number, number],
    width: number,
    color: Readonly<Color>,
    opacity: number,
  ): void;
  /** The picture in bytes: blurred by a 3 × 3 kernel `blur` times, with even noise of ±`noise`. Grey takes the first channel. */
  expose(rng: Rng, options: { readonly blur: number; readonly noise: number; readonly channels: 1 | 3 }): RasterImage<Uint8Array>;
}

const soft = (distance: number): number => 1 - smoothstep(0.75, 1, distance);

export function createCanvas(size: number): Canvas {
  const pixels = new Float32Array(size * size * 3);
  const unit = 2 / size;
  const place = (i: number): number => (i + 0.5) * unit - 1;
  const first = (low: number): number => Math.max(0, Math.floor((low + 1) / unit));
  const last = (high: number): number => Math.min(size - 1, Math.ceil((high + 1) / unit));

  const mix = (at: number, color: Readonly<Color>, share: number): void => {
    for (let k = 0; k < 3; k++) pixels[at + k] += share * (color[k] - pixels[at + k]);
  };
  const within = (box: readonly [number, number, number, number], paint: (at: number, x: number, y: number) => void): void => {
    const [left, top, right, bottom] = box;
    for (let row = first(top); row <= last(bottom); row++)
      for (let column = first(left); column <= last(right); column++) paint(3 * (row * size + column), place(column), place(row));
  };

  return {
    size,
    pixels,
    fill(shade) {
      const color: Color = [0, 0, 0];
      within([-1, -1, 1, 1], (at, x, y) => {
        shade(color, x, y);
        pixels.set(color, at);
      });
    },
    disc(x, y, radius, color, cover = soft) {
      within([x - radius, y - radius, x + radius, y + radius], (at, u, v) => {
        const distance = Math.hypot(u - x, v - y) / radius;
        if (distance < 1) mix(at, color, cover(distance));
      });
    },
    stroke(from, to, width, color, opacity) {
      const half = Math.max(width, unit) / 2;
      const share = opacity * Math.min(1, width / unit);
      const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
      const length2 = dx * dx + dy * dy || 1;
      const reach = 1.5 * half;
      const box = [
        Math.min(from[0], to[0]) - reach,
        Math.min(from[1], to[1]) - reach,
        Math.max(from[0], to[0]) + reach,
        Math.max(from[1], to[1]) + reach,
      ] as const;
      within(box, (at, u, v) => {
        const along = Math.min(1, Math.max(0, ((u - from[0]) * dx + (v - from[1]) * dy) / length2));
        const distance = Math.hypot(u - from[0] - along * dx, v - from[1] - along * dy) / half;
        if (distance < 1.5) mix(at, color, share * (1 - smoothstep(0.5, 1.5, distance)));
      });
    },
    expose(rng, { blur, noise, channels }) {
      let image: Float32Array = pixels;
      for (let pass = 0; pass < blur; pass++) image = blurOnce(image, size);
      const data = new Uint8Array(size * size * channels);
      for (let i = 0; i < size * size; i++) {
        const word = rng.seed(); // ten bits of noise a channel
        for (let k = 0; k < channels; k++) {
          const jitter = ((word >>> (10 * k)) & 1023) / 511.5 - 1;
          data[channels * i + k] = Math.min(255, Math.max(0, Math.round(image[3 * i + k] + noise * jitter)));
        }
      }
      return { data, height: size, width: size, channels };
    },
  };
}

/** Weights ¼ ½ ¼ each way; the edge repeats. */
function blurOnce(image: Float32Array, size: number): Float32Array {
  const pass = (from: Float32Array, step: number, isEdge: (i: number) => readonly [boolean, boolean]): Float32Array => {
    const to = new Float32Array(from.length);
    for (let i = 0; i < from.length; i++) {
      const [isFirst, isLast] = isEdge(i);
      to[i] = from[i] / 2 + (from[isFirst ? i : i - step] + from[isLast ? i : i + step]) / 4;
    }
    return to;
  };
  const row = 3 * size;
  const across = pass(image, 3, (i) => [i % row < 3, i % row >= row - 3]);
  return pass(across, row, (i) => [i < row, i >= image.length - row]);
}
