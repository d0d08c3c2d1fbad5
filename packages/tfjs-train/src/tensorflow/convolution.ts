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

/** What a backward kernel of TensorFlow is called with, and the zeros round the images that it is to see as part of them. */
interface BackpropCall {
  readonly info: tf.backend_util.Conv2DInfo;
  readonly padding: "SAME" | "VALID";
  readonly settings: ReturnType<typeof opAttributes>;
  /** Undefined where TensorFlow's own rules say the same. */
  readonly zeros?: tf.backend_util.ExplicitPadding;
}

/**
 * Padding as numbers is brought under TensorFlow's rules, "SAME" where these give the same numbers, else "VALID" on images with the
 * zeros written out: with padding as numbers TensorFlow leaves oneDNN, and takes two to four times as long.
 */
function backpropCall(
  backend: TensorflowBackend,
  input: Shape4,
  filter: Shape4,
  { strides, pad, dataFormat, dimRoundingMode }: BackpropAttributes,
): BackpropCall {
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
  const infoWith = (padding: BackpropAttributes["pad"]) =>
    tf.backend_util.computeConv2DInfo(input, filter, strides, 1, padding, dimRoundingMode, false, format);
  const info = infoWith(pad);
  const sidesOf = ({ padInfo: { top, bottom, left, right } }: typeof info) => [top, bottom, left, right];
  const sides = sidesOf(info);
  const same = infoWith("same");
  const isSame = tf.util.arraysEqual(sides, sidesOf(same)) && tf.util.arraysEqual(info.outShape, same.outShape);
  const isBare = sides.every((side) => side === 0);
  const { strideHeight, strideWidth } = info;
  const padding = isSame ? "SAME" : "VALID";
  const settings = opAttributes(backend, {
    strides: dataFormat === "NCHW" ? [1, 1, strideHeight, strideWidth] : [1, strideHeight, strideWidth, 1],
    padding,
    data_format: dataFormat,
    use_cudnn_on_gpu: true,
    dilations: [1, 1, 1, 1],
  });
  if (isSame || isBare) return { info, padding, settings };
  const none: [number, number] = [0, 0];
  const [down, across]: [number, number][] = [
    [sides[0], sides[1]],
    [sides[2], sides[3]],
  ];
  return { info, padding, settings, zeros: dataFormat === "NCHW" ? [none, none, down, across] : [none, down, across, none] };
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

/** Whether the filter covers the images, so that a convolution is a product of matrices, a row an image. */
function isProduct(info: tf.backend_util.Conv2DInfo): boolean {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, dataFormat } = info;
  const isOneWindow = outHeight === 1 && outWidth === 1 && inHeight === filterHeight && inWidth === filterWidth;
  return isOneWindow && dataFormat === "channelsLast";
}

/** Whether there are fewer windows than channels of the result: to bring the filter into oneDNN's order then takes as long as the sums. */
function hasFewWindows({ batchSize, outHeight, outWidth, outChannels, dataFormat }: tf.backend_util.Conv2DInfo): boolean {
  return dataFormat === "channelsLast" && batchSize * outHeight * outWidth <= outChannels;
}

/** dW = windowsᵀ·dy, the windows written out. */
function filterGradientOfFew(
  backend: TensorflowBackend,
  { info, padding }: BackpropCall,
  images: tf.TensorInfo,
  dy: tf.TensorInfo,
): tf.Tensor {
  const { batchSize, outHeight, outWidth, outChannels, inChannels, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const settings = opAttributes(backend, {
    ksizes: [1, filterHeight, filterWidth, 1],
    strides: [1, strideHeight, strideWidth, 1],
    rates: [1, 1, 1, 1],
    padding,
  });
  const count = batchSize * outHeight * outWidth;
  return tf.tidy(() => {
    const windows = backend.executeSingleOutput("ExtractImagePatches", settings, [images]); // [batch, height, width, taps·in]
    const rows = tf.reshape(windows, [count, -1]) as tf.Tensor2D;
    const product = tf.matMul(rows, tf.reshape(dy as tf.Tensor, [count, outChannels]) as tf.Tensor2D, true); // the engine's own tensors
    return tf.reshape(product, [filterHeight, filterWidth, inChannels, outChannels]);
  });
}

/** The backward kernels of convolution with every kind of padding; the stock ones refuse padding as numbers. */
export const convolutionKernels: readonly TensorflowKernel[] = [
  defineTensorflowKernel<BackpropAttributes>("Conv2DBackpropInput", ({ inputs: { dy, filter }, backend, attributes }) => {
    const { inputShape } = attributes;
    const { info, settings, zeros } = backpropCall(backend, inputShape, filter.shape as Shape4, attributes); // rank checked by the engine
    if (!zeros && isProduct(info))
      return tf.tidy(() => {
        const rows = tf.reshape(dy as tf.Tensor, [info.batchSize, info.outChannels]) as tf.Tensor2D; // the engine's own tensors
        const columns = tf.reshape(filter as tf.Tensor, [-1, info.outChannels]) as tf.Tensor2D;
        return tf.reshape(tf.matMul(rows, columns, false, true), inputShape);
      });
    const gradient = (shape: readonly number[]) =>
      withShape(shape, (sizes) => backend.executeSingleOutput("Conv2DBackpropInput", settings, [sizes, filter, dy]));
    if (!zeros) return gradient(inputShape);
    const whole = gradient(inputShape.map((size, axis) => size + zeros[axis][0] + zeros[axis][1]));
    const middle = tf.slice(
      whole,
      zeros.map(([before]) => before),
      inputShape,
    );
    whole.dispose();
    return middle;
  }),
  defineTensorflowKernel<BackpropAttributes>("Conv2DBackpropFilter", ({ inputs: { x, dy }, backend, attributes }) => {
    const { filterShape } = attributes;
    const call = backpropCall(backend, x.shape as Shape4, filterShape, attributes); // rank checked by the engine
    const { info, settings, zeros } = call;
    const images = zeros ? tf.pad(x as tf.Tensor, [...zeros]) : x; // the engine hands its tensors to the kernels as they are
    const gradient = hasFewWindows(info)
      ? filterGradientOfFew(backend, call, images, dy)
      : withShape(filterShape, (sizes) => backend.executeSingleOutput("Conv2DBackpropFilter", settings, [images, sizes, dy]));
    if (zeros) tf.dispose(images as tf.Tensor);
    return gradient;
  }),
];
