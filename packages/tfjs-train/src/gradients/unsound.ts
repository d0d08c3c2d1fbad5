import { UsageError } from "repro-kit";
import { gradientDepth } from "../fused.ts";
import { defineGradient, type GradientRule, runKernel } from "./gradient-rule.ts";

/** An op through which derivatives cannot be taken, or only once. */
export interface UnsoundOp {
  /** As in `tf.<op>`. */
  readonly op: string;
  readonly kernel: string;
  /** How many times it can be differentiated rightly: 1, where the second derivative is not built; 0, where no derivative is. */
  readonly orders: 0 | 1;
  /** What to do instead. */
  readonly instead: string;
}

const COMPLEX = "keep real and imaginary parts as tensors of their own; a fixed transform is a product with its matrix";
const SPARSE = "use tf.scatterND, tf.gatherND or tf.unsortedSegmentSum, which can be differentiated";

/** Every op of tfjs-core between float tensors that has no sound second derivative here; differentiating through one throws its name. */
export const unsoundOps: readonly UnsoundOp[] = [
  { op: "dilation2d", kernel: "Dilation2D", orders: 1, instead: "build it of tf.slice, tf.add and tf.maximum" },
  {
    op: "conv3dTranspose",
    kernel: "Conv3DBackpropInputV2",
    orders: 0,
    instead: "spread zeros between the entries and use tf.conv3d (the stock kernel of wasm is wrong, too)",
  },
  { op: "complex", kernel: "Complex", orders: 0, instead: COMPLEX },
  { op: "real", kernel: "Real", orders: 0, instead: COMPLEX },
  { op: "imag", kernel: "Imag", orders: 0, instead: COMPLEX },
  { op: "abs (complex)", kernel: "ComplexAbs", orders: 0, instead: COMPLEX },
  { op: "fft", kernel: "FFT", orders: 0, instead: COMPLEX },
  { op: "ifft", kernel: "IFFT", orders: 0, instead: COMPLEX },
  { op: "image.transform", kernel: "Transform", orders: 0, instead: "use gridSample" },
  { op: "image.rotateWithOffset", kernel: "RotateWithOffset", orders: 0, instead: "use gridSample" },
  {
    op: "image.nonMaxSuppressionWithScore",
    kernel: "NonMaxSuppressionV5",
    orders: 0,
    instead: "gather the scores by the indices",
  },
  {
    op: "multinomial",
    kernel: "Multinomial",
    orders: 0,
    instead: "samples have no derivative; cut them off or use a relaxation",
  },
  { op: "bincount", kernel: "Bincount", orders: 0, instead: SPARSE },
  { op: "denseBincount", kernel: "DenseBincount", orders: 0, instead: SPARSE },
  { op: "sparseToDense", kernel: "SparseToDense", orders: 0, instead: SPARSE },
  { op: "sparse.sparseFillEmptyRows", kernel: "SparseFillEmptyRows", orders: 0, instead: SPARSE },
  { op: "sparse.sparseSegmentMean", kernel: "SparseSegmentMean", orders: 0, instead: SPARSE },
  { op: "sparse.sparseSegmentSum", kernel: "SparseSegmentSum", orders: 0, instead: SPARSE },
  { op: "raggedGather", kernel: "RaggedGather", orders: 0, instead: SPARSE },
  { op: "raggedTensorToTensor", kernel: "RaggedTensorToTensor", orders: 0, instead: SPARSE },
  { op: "unique", kernel: "Unique", orders: 0, instead: "gather the entries by the indices" },
];

/** First derivatives of the ops that have no second one. */
const firstOrder: readonly GradientRule[] = [
  defineGradient<object>("Dilation2D", ["x", "filter"], (dy, [x, filter], attributes) => ({
    x: () => runKernel("Dilation2DBackpropInput", { x, filter, dy }, { ...attributes }),
    filter: () => runKernel("Dilation2DBackpropFilter", { x, filter, dy }, { ...attributes }),
  })),
];

/** Rules that differentiate {@link unsoundOps} as often as is right, and then throw. */
export const unsoundGradients: readonly GradientRule[] = unsoundOps.map(({ op, kernel, orders, instead }) => {
  const first = firstOrder.find((rule) => rule.kernel === kernel);
  return {
    kernel,
    saves: first?.saves ?? [],
    rule: (dy, saved, attributes) => {
      if (!first) throw new UsageError(`[gradients] tf.${op} has no derivative here; ${instead}.`);
      // A gradient around this one's backward pass: it is about to be differentiated again.
      if (gradientDepth() > 0)
        throw new UsageError(
          `[gradients] tf.${op} has no second derivative (gradient penalty, ${orders}st order only); ${instead}.`,
        );
      return first.rule(dy, saved, attributes);
    },
  };
});
