import type * as tf from "@tensorflow/tfjs-core";
import { gridSampleWasm } from "../generated/grid-sample.ts";
import { GRID_SAMPLE, GRID_SAMPLE_GRID, GRID_SAMPLE_IMAGES, type GridSampleAttributes } from "../ops/grid-sample-kernels.ts";
import { addressOf, allocate, defineWasmKernel, type WasmKernel } from "./heap.ts";
import { kernelsInHeap } from "./heap-kernels.ts";

type Sizes = [batch: number, height: number, width: number, channels: number, points: number, reflects: number, aligned: number];

/** Exports of kernels/grid-sample.ts; all other arguments are byte addresses. */
interface GridKernels {
  gridSample(images: number, grid: number, samples: number, ...sizes: Sizes): void;
  gridSampleImages(samples: number, grid: number, images: number, ...sizes: Sizes): void;
  gridSampleGrid(dy: number, images: number, grid: number, gradient: number, ...sizes: Sizes): void;
}

const gridKernels = /* @__PURE__ */ kernelsInHeap<GridKernels>(gridSampleWasm);

function sizesOf(imageShape: readonly number[], grid: tf.TensorInfo, { padding, alignCorners }: GridSampleAttributes): Sizes {
  const [batch, height, width, channels] = imageShape;
  const points = grid.shape[1] * grid.shape[2];
  return [batch, height, width, channels, points, padding === "reflection" ? 1 : 0, alignCorners ? 1 : 0];
}

/** gridSample and its adjoints by the images and by the grid, one pass each. */
export const gridSampleKernels: readonly WasmKernel[] = [
  defineWasmKernel<GridSampleAttributes>(GRID_SAMPLE, ({ inputs: { images, grid }, backend, attributes }) => {
    const out = allocate(backend, [...grid.shape.slice(0, 3), images.shape[3]]);
    const addresses = [images, grid, out].map((one) => addressOf(backend, one)) as [number, number, number]; // as many as were given
    gridKernels(backend).gridSample(...addresses, ...sizesOf(images.shape, grid, attributes));
    return out;
  }),
  defineWasmKernel<GridSampleAttributes>(GRID_SAMPLE_IMAGES, ({ inputs: { dy, grid }, backend, attributes }) => {
    const { imageShape = [] } = attributes;
    const out = allocate(backend, imageShape);
    const addresses = [dy, grid, out].map((one) => addressOf(backend, one)) as [number, number, number]; // as above
    gridKernels(backend).gridSampleImages(...addresses, ...sizesOf(imageShape, grid, attributes));
    return out;
  }),
  defineWasmKernel<GridSampleAttributes>(GRID_SAMPLE_GRID, ({ inputs: { dy, images, grid }, backend, attributes }) => {
    const out = allocate(backend, grid.shape);
    const addresses = [dy, images, grid, out].map((one) => addressOf(backend, one)) as [number, number, number, number]; // as above
    gridKernels(backend).gridSampleGrid(...addresses, ...sizesOf(images.shape, grid, attributes));
    return out;
  }),
];
