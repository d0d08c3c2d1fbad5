import * as tf from "@tensorflow/tfjs-core";
import { phasesOf } from "../convolution-phases.ts";
import { defineTensorflowKernel, opAttributes, type TensorflowBackend, type TensorflowKernel } from "./backend.ts";

interface BackpropAttributes {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly inputShape: Shape4;
  readonly filterShape: Shape4;
}
type Shape4 = [number, number, number, number];

function convolutionAttributes(backend: TensorflowBackend, input: Shape4, filter: Shape4, attributes: BackpropAttributes) {
  const { strides, pad, dataFormat, dimRoundingMode } = attributes;
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
  const info = tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode, false, format);
  const { type, top, bottom, left, right } = info.padInfo;
  const isNamed = type === "VALID" || type === "SAME";
  const spatial = [top, bottom, left, right];
  return opAttributes(backend, {
    strides: dataFormat === "NCHW" ? [1, 1, info.strideHeight, info.strideWidth] : [1, info.strideHeight, info.strideWidth, 1],
    padding: isNamed ? type : "EXPLICIT",
    ...(isNamed ? {} : { explicit_paddings: dataFormat === "NCHW" ? [0, 0, 0, 0, ...spatial] : [0, 0, ...spatial, 0, 0] }),
    data_format: dataFormat,
    use_cudnn_on_gpu: true,
    dilations: [1, 1, 1, 1],
  });
}

/**
 * dx phase by phase, where the phases interleave evenly and none needs dy cut: TensorFlow's own backward kernel for the CPU
 * multiplies into columns and adds these up, which takes about twice as long. Undefined elsewhere.
 */
function phasedInputGradient(dy: tf.Tensor, filter: tf.Tensor, attributes: BackpropAttributes): tf.Tensor | undefined {
  const { strides, pad, dataFormat, dimRoundingMode, inputShape } = attributes;
  if (dataFormat === "NCHW") return undefined;
  const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape as Shape4, strides, 1, pad, dimRoundingMode); // rank checked by the engine
  const { strideHeight: stride, strideWidth, filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  const isEven = stride > 1 && stride === strideWidth && inHeight % stride === 0 && inWidth % stride === 0;
  if (!isEven) return undefined;
  const rows = phasesOf({ stride, padBefore: padInfo.top, size: inHeight, kernel: filterHeight, outSize: outHeight });
  const columns = phasesOf({ stride, padBefore: padInfo.left, size: inWidth, kernel: filterWidth, outSize: outWidth });
  if ([...rows, ...columns].some(({ numTaps, low, high }) => numTaps === 0 || low < 0 || high < 0)) return undefined;
  return tf.tidy(() => {
    const turned = tf.transpose(filter, [0, 1, 3, 2]); // [height, width, out, in]
    const pixels = rows.flatMap((row) =>
      columns.map((column) => {
        const taps = tf.stridedSlice(turned, [row.firstTap, column.firstTap, 0, 0], turned.shape, [stride, stride, 1, 1]);
        const padding: tf.backend_util.ExplicitPadding = [
          [0, 0],
          [row.low, row.high],
          [column.low, column.high],
          [0, 0],
        ];
        return tf.conv2d(dy as tf.Tensor4D, tf.reverse(taps, [0, 1]) as tf.Tensor4D, 1, padding); // ranks as above
      }),
    );
    return tf.depthToSpace(tf.concat(pixels, 3) as tf.Tensor4D, stride); // each of rank 4
  });
}

/** Runs with a shape as an int32 tensor, which it disposes. */
function withShape<T>(shape: readonly number[], run: (sizes: tf.Tensor) => T): T {
  const sizes = tf.tensor1d([...shape], "int32");
  try {
    return run(sizes);
  } finally {
    sizes.dispose();
  }
}

/** The backward kernels of convolution with every kind of padding; the stock ones refuse explicit padding, which TensorFlow takes. */
export const convolutionKernels: readonly TensorflowKernel[] = [
  defineTensorflowKernel<BackpropAttributes>("Conv2DBackpropInput", ({ inputs: { dy, filter }, backend, attributes }) => {
    // The engine hands its tensors to the kernels as they are.
    const phased = phasedInputGradient(dy as tf.Tensor, filter as tf.Tensor, attributes);
    if (phased) return phased;
    const settings = convolutionAttributes(backend, attributes.inputShape, filter.shape as Shape4, attributes); // rank checked by the engine
    return withShape(attributes.inputShape, (sizes) =>
      backend.executeSingleOutput("Conv2DBackpropInput", settings, [sizes, filter, dy]),
    );
  }),
  defineTensorflowKernel<BackpropAttributes>("Conv2DBackpropFilter", ({ inputs: { x, dy }, backend, attributes }) => {
    const settings = convolutionAttributes(backend, x.shape as Shape4, attributes.filterShape, attributes); // rank checked by the engine
    return withShape(attributes.filterShape, (sizes) =>
      backend.executeSingleOutput("Conv2DBackpropFilter", settings, [x, sizes, dy]),
    );
  }),
];
