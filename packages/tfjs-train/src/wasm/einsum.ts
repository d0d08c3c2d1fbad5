import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { callKernel, defineWasmKernel, release, viewAs } from "./heap.ts";

/** A tensor whose axes have names; `isScratch` when it is ours to free. */
interface Labelled {
  readonly labels: string;
  readonly tensor: tf.TensorInfo;
  readonly isScratch: boolean;
}

const only = (labels: string, isKept: (label: string) => boolean): string => [...labels].filter(isKept).join("");
const sizeOf = ({ labels, tensor }: Labelled, some: string): number =>
  [...some].reduce((size, label) => size * tensor.shape[labels.indexOf(label)], 1);

/**
 * Einsum of one or two factors as sums over what one factor has alone, a permutation of each, one batched matrix product and a
 * permutation of the result: [batch, rows, contracted]·[batch, contracted, columns]. Products without contraction are broadcast.
 * Integers are exact to 2²⁴.
 */
export const einsum = defineWasmKernel<{ equation: string }>("Einsum", ({ inputs, backend, attributes: { equation } }) => {
  const tensors = Object.values(inputs); // a list by tf.einsum
  const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length); // refuses what it does not know
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as tf.Tensor[]); // reads their shapes only
  const [left, output] = equation.replace(/\s/g, "").split("->");
  expect(
    new Set(output).size === output.length,
    "einsum",
    `the output must name each axis once; got "${output}". Take a diagonal with tf.mul and tf.eye.`,
  );
  const labels = left.split(",");
  const isInteger = tensors.every(({ dtype }) => dtype !== "float32");
  const cast = (tensor: tf.TensorInfo, dtype: tf.DataType) => callKernel("Cast", backend, { x: tensor }, { dtype });
  const factors = tensors.map((tensor, i): Labelled => {
    const isFloat = tensor.dtype === "float32";
    const given = { labels: labels[i], tensor: isFloat ? tensor : cast(tensor, "float32"), isScratch: !isFloat };
    return sumAway(backend, given, output + labels.filter((_, k) => k !== i).join(""));
  });
  const product = factors.length === 1 ? factors[0] : multiply(backend, factors[0], factors[1], output);
  const result = permute(backend, product, output);
  if (!isInteger) return keep(backend, result);
  const integers = cast(result.tensor, "int32");
  free(backend, result);
  return integers;
});

function free(backend: BackendWasm, { tensor, isScratch }: Labelled): void {
  if (isScratch) release(backend, tensor);
}

/** The tensor as an output: an input that came through unchanged is counted once more. */
function keep(backend: BackendWasm, { tensor, isScratch }: Labelled): tf.TensorInfo {
  if (isScratch) return tensor;
  backend.incRef(tensor.dataId);
  return viewAs(tensor, tensor.shape); // the engine would take an input for what it is
}

/** Sums over the labels that are not wanted any more. */
function sumAway(backend: BackendWasm, factor: Labelled, wanted: string): Labelled {
  const kept = only(factor.labels, (label) => wanted.includes(label));
  if (kept === factor.labels) return factor;
  const axis = [...factor.labels].flatMap((label, i) => (kept.includes(label) ? [] : [i]));
  const tensor = callKernel("Sum", backend, { x: factor.tensor }, { axis, keepDims: false });
  free(backend, factor);
  return { labels: kept, tensor, isScratch: true };
}

/** The same with its axes in another order. */
function permute(backend: BackendWasm, factor: Labelled, order: string): Labelled {
  if (factor.labels === order) return factor;
  const perm = [...order].map((label) => factor.labels.indexOf(label));
  const tensor = callKernel("Transpose", backend, { x: factor.tensor }, { perm });
  free(backend, factor);
  return { labels: order, tensor, isScratch: true };
}

function multiply(backend: BackendWasm, a: Labelled, b: Labelled, output: string): Labelled {
  const batch = only(a.labels, (label) => b.labels.includes(label) && output.includes(label));
  const contracted = only(a.labels, (label) => b.labels.includes(label) && !output.includes(label));
  const rows = only(a.labels, (label) => !b.labels.includes(label));
  const columns = only(b.labels, (label) => !a.labels.includes(label));
  const [batches, depth, height, width] = [sizeOf(a, batch), sizeOf(a, contracted), sizeOf(a, rows), sizeOf(b, columns)];
  const sizes = [...[...batch].map((label) => sizeOf(a, label)), ...[...rows].map((label) => sizeOf(a, label))];
  const shape = [...sizes, ...[...columns].map((label) => sizeOf(b, label))];
  const isPointwise = contracted === "" || (height === 1 && width === 1);
  // A factor that already ends with its own axes is transposed by the product itself.
  const transposeA = !isPointwise && a.labels === batch + contracted + rows;
  const transposeB = !isPointwise && b.labels === batch + columns + contracted && b.labels !== batch + contracted + columns;
  const first = permute(backend, a, transposeA ? a.labels : batch + rows + contracted);
  const second = permute(backend, b, transposeB ? b.labels : batch + contracted + columns);
  const view = (factor: Labelled, as: number[]) => viewAs(factor.tensor, as);
  let tensor: tf.TensorInfo;
  if (!isPointwise) {
    const inputs = {
      a: view(first, transposeA ? [batches, depth, height] : [batches, height, depth]),
      b: view(second, transposeB ? [batches, width, depth] : [batches, depth, width]),
    };
    tensor = callKernel("BatchMatMul", backend, inputs, { transposeA, transposeB });
  } else if (contracted === "") {
    const inputs = { a: view(first, [batches, height, 1]), b: view(second, [batches, 1, width]) };
    tensor = callKernel("Multiply", backend, inputs, {});
  } else {
    const inputs = { a: view(first, [batches, depth]), b: view(second, [batches, depth]) };
    const products = callKernel("Multiply", backend, inputs, {});
    tensor = callKernel("Sum", backend, { x: products }, { axis: 1, keepDims: false });
    release(backend, products);
  }
  free(backend, first);
  free(backend, second);
  return { labels: batch + rows + columns, tensor: viewAs(tensor, shape), isScratch: true };
}
