import * as tf from "@tensorflow/tfjs-core";
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
