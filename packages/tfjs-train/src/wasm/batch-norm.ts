import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel, floats, release, startOf } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";

/** Rows and columns of x seen as a matrix of its channels. */
function matrixOf(x: tf.TensorInfo): { rows: number; columns: number } {
  const columns = x.shape[x.shape.length - 1];
  return { rows: tf.util.sizeFromShape(x.shape) / columns, columns };
}

/** Fills a fresh row of the heap from one value a channel. */
function row(backend: BackendWasm, columns: number, value: (heap: Float32Array, j: number) => number): tf.TensorInfo {
  const out = allocate(backend, [columns]);
  const heap = floats(backend);
  const start = startOf(backend, out);
  for (let j = 0; j < columns; j++) heap[start + j] = value(heap, j);
  return out;
}

/**
 * y = (x − μ)·scale/√(σ² + ε) + offset with the moments of x over all axes but the last: two passes over x.
 * Outputs y, μ, σ² (biased), and the running statistics with the share `momentum` of μ and the unbiased σ².
 */
export const batchNormTraining = defineWasmKernel<{ epsilon: number; momentum: number }>(
  "BatchNormTraining",
  ({ inputs: { x, scale, offset, runningMean, runningVariance }, backend, attributes: { epsilon, momentum } }) => {
    const { rows, columns } = matrixOf(x);
    const kernels = heapKernels(backend);
    const [mean, variance, y] = [allocate(backend, [columns]), allocate(backend, [columns]), allocate(backend, x.shape)];
    const scratch = allocate(backend, [4 * columns]); // 16 bytes a column
    const at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
    kernels.columnMoments(at(x), rows, columns, at(mean), at(variance), at(scratch));
    const [s, o, m, v] = [scale, offset, mean, variance].map((tensor) => startOf(backend, tensor));
    const factor = row(backend, columns, (heap, j) => heap[s + j] / Math.sqrt(heap[v + j] + epsilon));
    const f = startOf(backend, factor);
    const shift = row(backend, columns, (heap, j) => heap[o + j] - heap[m + j] * heap[f + j]);
    kernels.scaleShift(at(x), at(y), rows, columns, at(factor), at(shift));
    release(backend, scratch, factor, shift);
    const [stay, come, unbias] = [1 - momentum, momentum, rows / (rows - 1)].map(Math.fround);
    // Rounded as ops of float32 would: the numbers of the composition of plain ops.
    const blend = (running: tf.TensorInfo, now: (heap: Float32Array, j: number) => number) => {
      const r = startOf(backend, running);
      return row(backend, columns, (heap, j) => Math.fround(heap[r + j] * stay) + Math.fround(now(heap, j) * come));
    };
    const newMean = blend(runningMean, (heap, j) => heap[m + j]);
    const newVariance = blend(runningVariance, (heap, j) => Math.fround(heap[v + j] * unbias));
    return [y, mean, variance, newMean, newVariance];
  },
);

/**
 * Gradients of {@link batchNormTraining}: with x̂ = (x − μ)·r, r = 1/√(σ² + ε) and n rows,
 * d offset = Σ dy, d scale = Σ dy·x̂, dx = scale·r·(dy − Σdy/n − x̂·Σ(dy·x̂)/n), which is linear in dy and x for each channel.
 */
export const batchNormTrainingGradient = defineWasmKernel<{ epsilon: number }>(
  "BatchNormTrainingGradient",
  ({ inputs: { dy, x, scale, mean, variance }, backend, attributes: { epsilon } }) => {
    const { rows, columns } = matrixOf(x);
    const kernels = heapKernels(backend);
    const at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
    const [s, m, v] = [scale, mean, variance].map((tensor) => startOf(backend, tensor));
    const rate = row(backend, columns, (heap, j) => 1 / Math.sqrt(heap[v + j] + epsilon));
    const [sums, products, dx] = [allocate(backend, [columns]), allocate(backend, [columns]), allocate(backend, x.shape)];
    const scratch = allocate(backend, [4 * columns]);
    kernels.normGradientSums(at(dy), at(x), rows, columns, at(mean), at(rate), at(sums), at(products), at(scratch));
    const [r, d, p] = [rate, sums, products].map((tensor) => startOf(backend, tensor));
    const a = row(backend, columns, (heap, j) => heap[s + j] * heap[r + j]);
    const b = row(backend, columns, (heap, j) => (-heap[s + j] * heap[r + j] * heap[r + j] * heap[p + j]) / rows);
    const bStart = startOf(backend, b);
    const c = row(
      backend,
      columns,
      (heap, j) => (-heap[s + j] * heap[r + j] * heap[d + j]) / rows - heap[bStart + j] * heap[m + j],
    );
    kernels.normGradient(at(dy), at(x), at(dx), rows, columns, at(a), at(b), at(c));
    release(backend, rate, scratch, a, b, c);
    return [dx, products, sums];
  },
);
