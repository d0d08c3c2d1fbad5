import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel } from "./heap.ts";
import { gatherProducts } from "./products/gather-product.ts";
import type { Stretch, Windows } from "./products/plan.ts";
import { transposedProduct } from "./products/transposed-product.ts";
import type { Address } from "./products/workspace.ts";
import { callStock } from "./stock-kernels.ts";

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** One product of matrices in the heap: [m, k] or, transposed, [k, m], times [k, n] or [n, k]. */
interface MatrixProduct extends MatMulAttributes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly a: Address;
  readonly b: Address;
  readonly out: Address;
}

/** Below so many rows packing B costs more than the product, and the stock kernel keeps B packed from call to call. */
const FEW_ROWS = 5;

function multiply(backend: BackendWasm, products: readonly MatrixProduct[]): void {
  const described = products.map(({ m, k, n, a, b, out, transposeA, transposeB }) => {
    const stretches: Stretch[] = [
      { from: b, depthBytes: transposeB ? 4 : 4 * n, columnBytes: transposeB ? 4 * k : 4, depth: k, start: 0 },
    ];
    // The rows of the stored A are the pixels of an image of one line.
    const [pixels, channels] = transposeA ? [k, m] : [m, k];
    const windows: Windows = {
      source: a,
      ...{ imageBytes: 0, lineBytes: 0, pixelBytes: 4 * channels },
      ...{ lines: 1, pixels, batch: 1, countY: 1, countX: pixels, stepY: 1, stepX: 1 },
    };
    const taps = [{ y: 0, x: 0, offset: 0, depth: channels, start: 0 }];
    const target = { out, imageBytes: 0, lineBytes: 0, pixelBytes: 4 * n };
    return { windows, taps, stretches, channels, right: { stretches }, columns: n, out, target };
  });
  if (!products[0].transposeA) gatherProducts(backend, described);
  else for (const product of described) transposedProduct(backend, product);
}

/** Which matrix of a (broadcast) operand belongs to matrix `index` of the result. */
function matrixIndex(index: number, outBatch: readonly number[], batch: readonly number[]): number {
  let at = 0;
  let stride = 1;
  for (let axis = outBatch.length - 1; axis >= 0; axis--) {
    const size = batch[axis - (outBatch.length - batch.length)] ?? 1;
    if (size > 1) at += (index % outBatch[axis]) * stride;
    stride *= size;
    index = Math.floor(index / outBatch[axis]);
  }
  return at;
}

/**
 * Matrix products with either factor transposed and leading axes broadcast. The stock kernel takes 20 times as long transposed, and
 * is wrong where both factors are broadcast along different axes.
 */
export const batchMatMul = defineWasmKernel<MatMulAttributes>("BatchMatMul", (call) => {
  const { a, b } = call.inputs;
  const { backend } = call;
  const { transposeA, transposeB } = call.attributes;
  const [m, k] = transposeA ? [a.shape.at(-1), a.shape.at(-2)] : [a.shape.at(-2), a.shape.at(-1)];
  const n = b.shape.at(transposeB ? -2 : -1);
  if (m === undefined || k === undefined || n === undefined) throw new Error("bug: a matrix product of vectors.");
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const count = tf.util.sizeFromShape(batch);
  const isStockFast = !transposeA && !transposeB && count === 1 && m < FEW_ROWS;
  if (a.dtype !== "float32" || b.dtype !== "float32" || isStockFast) return callStock("BatchMatMul", call);
  const out = allocate(backend, [...batch, m, n]);
  const size = { k, n, transposeA, transposeB };
  const [atA, atB, atOut] = [a, b, out].map((tensor) => addressOf(backend, tensor));
  if (count === 0 || m === 0 || n === 0) return out;
  if (tf.util.sizeFromShape(batchB) === 1 && !transposeA) {
    multiply(backend, [{ ...size, m: count * m, a: atA, b: atB, out: atOut }]);
    return out;
  }
  const products = Array.from({ length: count }, (_, i) => ({
    ...size,
    m,
    a: atA + 4 * matrixIndex(i, batch, batchA) * m * k,
    b: atB + 4 * matrixIndex(i, batch, batchB) * k * n,
    out: atOut + 4 * i * m * n,
  }));
  multiply(backend, products);
  return out;
});
