import { type AxisPlan, createAxisPlan } from "./axis-plan.ts";

export type ResizeFilter = "nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos";

interface FilterKernel {
  /** The kernel is 0 beyond ±support. */
  readonly support: number;
  weight(x: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

// Pillow's C code holds the two Hamming constants in single precision.
const hammingOffset = Math.fround(0.54);
const hammingSwing = Math.fround(0.46);

/** Keys' cubic convolution kernel; `a` is its slope at 1: −0.5 in Pillow, −0.75 in torch. */
export function cubicKernel(a: number, signed: number): number {
  const x = Math.abs(signed);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

const kernels: Readonly<Record<Exclude<ResizeFilter, "nearest">, FilterKernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weight: (x) => (Math.abs(x) >= 1 ? 0 : sinc(x) * (x === 0 ? 1 : hammingOffset + hammingSwing * Math.cos(x * Math.PI))),
  },
  bicubic: { support: 2, weight: (x) => cubicKernel(-0.5, x) },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

export const resizeFilters: readonly ResizeFilter[] = ["nearest", ...(Object.keys(kernels) as (keyof typeof kernels)[])]; // its own keys

/**
 * Pillow's plan of an axis. Its kernels are stretched by the scale when the axis shrinks (no aliasing) and normalised to sum 1.
 *
 * @see Pillow, Resample.c (precompute_coeffs) and Geometry.c (ImagingScaleAffine, for "nearest").
 */
export function pillowAxisPlan(inSize: number, outSize: number, filter: ResizeFilter): AxisPlan {
  const scale = inSize / outSize;
  if (filter === "nearest") {
    // Summed step by step as Pillow does, so that the rounding, and with it the pixel chosen at a border, is the same.
    let position = scale * 0.5;
    return createAxisPlan(inSize, outSize, () => {
      const start = Math.trunc(position);
      position += scale;
      return { start, weights: [1] };
    });
  }
  const { support, weight } = kernels[filter];
  const stretch = Math.max(scale, 1);
  const reach = support * stretch;
  return createAxisPlan(inSize, outSize, (index) => {
    const center = (index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - reach + 0.5));
    const end = Math.min(inSize, Math.trunc(center + reach + 0.5));
    const raw = Array.from({ length: end - start }, (_, t) => weight((t + start - center + 0.5) * (1 / stretch)));
    const total = raw.reduce((sum, value) => sum + value, 0);
    return { start, weights: total === 0 ? raw : raw.map((value) => value / total) };
  });
}

const precisionBits = 22;

/** The weights as Pillow's integers of 22 fractional bits, rounded half away from zero. */
export function fixedPointWeights(plan: AxisPlan): Int32Array {
  return Int32Array.from(plan.weights, (weight) => Math.trunc(weight * 2 ** precisionBits + (weight < 0 ? -0.5 : 0.5)));
}

/** Pillow 13's order: the width first, unless the height shrinks by more than twice what the width does. */
export function isHeightFirst(from: { height: number; width: number }, to: { height: number; width: number }): boolean {
  return to.height < from.height && from.height - to.height > 2 * (from.width - to.width);
}
