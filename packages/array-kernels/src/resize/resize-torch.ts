import { checkOptions, expect } from "repro-kit";
import { type AxisPlan, createAxisPlan, resampleHeight, resampleWidth } from "./axis-plan.ts";
import { cubicKernel } from "./pillow-plan.ts";
import { checkImage, checkTarget, type RasterImage } from "./raster-image.ts";

export type TorchMode = "nearest" | "bilinear" | "bicubic" | "area";

export interface ResizeTorchOptions {
  readonly height: number;
  readonly width: number;
  readonly mode: TorchMode;
  /** Stretches the kernel when an axis shrinks (bilinear and bicubic, the latter then with a = −0.5); default false. */
  readonly antialias?: boolean;
  /** Maps the centres of the corner pixels onto one another (bilinear and bicubic); default false. */
  readonly alignCorners?: boolean;
}

const modes: readonly TorchMode[] = ["nearest", "bilinear", "bicubic", "area"];
const float = Math.fround; // the references compute source coordinates in single precision

/**
 * Resizes an image as `torch.nn.functional.interpolate` does. Without `antialias` a shrinking image is sampled, not averaged.
 * Sums are in double precision; the gap to torch is that of its single-precision sums.
 *
 * @param image - [height, width, channels], finite.
 * @returns a new float32 image.
 * @throws UsageError on an unknown option or mode, or `antialias` or `alignCorners` with a mode that has none.
 * @see PyTorch, aten/src/ATen/native/UpSample.h
 */
export function resizeTorch(image: RasterImage<Float32Array>, options: ResizeTorchOptions): RasterImage<Float32Array> {
  const scope = "resizeTorch";
  checkOptions(scope, options, ["height", "width", "mode", "antialias", "alignCorners"]);
  const { height, width, mode, antialias = false, alignCorners = false } = options;
  checkImage(scope, image);
  checkTarget(scope, { height, width });
  expect(modes.includes(mode), scope, `no mode named "${mode}"; known: ${modes.join(", ")}.`);
  const isSmooth = mode === "bilinear" || mode === "bicubic";
  expect(
    isSmooth || !(antialias || alignCorners),
    scope,
    `antialias and alignCorners need bilinear or bicubic; got ${mode}. Drop them.`,
  );

  const plan = (inSize: number, outSize: number): AxisPlan => {
    if (mode === "area") return areaPlan(inSize, outSize);
    const aligned = outSize > 1 ? float((inSize - 1) / (outSize - 1)) : 0;
    const scale = alignCorners ? aligned : float(inSize / outSize);
    if (mode === "nearest") {
      return createAxisPlan(inSize, outSize, (i) => ({
        start: Math.min(inSize - 1, Math.floor(float(i * scale))),
        weights: [1],
      }));
    }
    if (antialias) return antialiasedPlan(inSize, outSize, mode, scale);
    return sampledPlan(inSize, outSize, mode, (i) => (alignCorners ? float(scale * i) : float(float(scale * (i + 0.5)) - 0.5)));
  };
  return resizeSeparably(image, plan(image.height, height), plan(image.width, width));
}

/**
 * Resizes an image as TensorFlow 1's `resize_bilinear` does by default: no half-pixel centres, no anti-aliasing (FID's Inception).
 *
 * @param image - [height, width, channels], finite.
 * @returns a new float32 image.
 */
export function resizeTensorflow1(
  image: RasterImage<Float32Array>,
  options: { readonly height: number; readonly width: number },
): RasterImage<Float32Array> {
  const scope = "resizeTensorflow1";
  checkOptions(scope, options, ["height", "width"]);
  checkImage(scope, image);
  checkTarget(scope, options);
  const plan = (inSize: number, outSize: number): AxisPlan => {
    const scale = float(inSize / outSize);
    return sampledPlan(inSize, outSize, "bilinear", (i) => float(i * scale));
  };
  return resizeSeparably(image, plan(image.height, options.height), plan(image.width, options.width));
}

function resizeSeparably(image: RasterImage<Float32Array>, rows: AxisPlan, columns: AxisPlan): RasterImage<Float32Array> {
  const { data, height: inHeight, channels } = image;
  const [height, width] = [rows.outSize, columns.outSize];
  const wide = new Float64Array(inHeight * width * channels);
  resampleWidth(data, inHeight, channels, columns, wide);
  const resized = new Float32Array(height * width * channels);
  resampleHeight(wide, width * channels, rows, resized);
  return { data: resized, height, width, channels };
}

/** Adaptive average pooling: output i is the mean of the inputs from ⌊i·in/out⌋ to ⌈(i+1)·in/out⌉. */
function areaPlan(inSize: number, outSize: number): AxisPlan {
  return createAxisPlan(inSize, outSize, (i) => {
    const start = Math.floor((i * inSize) / outSize);
    const count = Math.ceil(((i + 1) * inSize) / outSize) - start;
    return { start, weights: new Array<number>(count).fill(1 / count) };
  });
}

/** Two (bilinear) or four (bicubic, a = −0.75) taps about the source coordinate; taps beyond the border repeat the border pixel. */
function sampledPlan(
  inSize: number,
  outSize: number,
  mode: "bilinear" | "bicubic",
  coordinate: (index: number) => number,
): AxisPlan {
  return createAxisPlan(inSize, outSize, (i) => {
    const position = mode === "bilinear" ? Math.max(0, coordinate(i)) : coordinate(i);
    const base = Math.floor(position);
    const fraction = position - base;
    const taps =
      mode === "bilinear" ? [1 - fraction, fraction] : [-1, 0, 1, 2].map((offset) => cubicKernel(-0.75, offset - fraction));
    const clamp = (index: number): number => Math.min(inSize - 1, Math.max(0, index));
    const first = mode === "bilinear" ? base : base - 1;
    const start = clamp(first);
    const weights = new Array<number>(clamp(first + taps.length - 1) - start + 1).fill(0);
    taps.forEach((weight, t) => {
      weights[clamp(first + t) - start] += weight;
    });
    return { start, weights };
  });
}

function antialiasedPlan(inSize: number, outSize: number, mode: "bilinear" | "bicubic", scale: number): AxisPlan {
  const stretch = Math.max(scale, 1);
  const reach = (mode === "bilinear" ? 1 : 2) * stretch;
  return createAxisPlan(inSize, outSize, (i) => {
    const center = float(scale * (i + 0.5));
    const start = Math.max(0, Math.trunc(float(center - reach + 0.5)));
    const end = Math.min(inSize, Math.trunc(float(center + reach + 0.5)));
    const raw = Array.from({ length: end - start }, (_, t) => {
      const x = (t + start - center + 0.5) / stretch;
      return mode === "bilinear" ? Math.max(0, 1 - Math.abs(x)) : cubicKernel(-0.5, x);
    });
    const total = raw.reduce((sum, value) => sum + value, 0);
    return { start, weights: raw.map((value) => value / total) };
  });
}
