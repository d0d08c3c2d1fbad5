import * as tf from "@tensorflow/tfjs-core";
import { defineTensorflowKernel, opAttributes, runStock, type TensorflowBackend, type TensorflowKernel } from "./backend.ts";
import {
  filterGradientOfFew,
  hasFewPixels,
  hasFewWindows,
  inputGradientOfFew,
  isOneWindow,
  productOfFew,
} from "./few-windows.ts";

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}
interface ForwardAttributes extends Attributes {
  readonly dilations?: number | [number, number];
}
interface BackpropAttributes extends Attributes {
  readonly inputShape: Shape4;
  readonly filterShape: Shape4;
}
type Shape4 = [number, number, number, number];
const pairOf = (value: number | [number, number] = 1): [number, number] => (typeof value === "number" ? [value, value] : value);

/** What a kernel of TensorFlow is called with, and the zeros round the images that it is to see as part of them. */
interface Call {
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
function callOf(
  backend: TensorflowBackend,
  input: Shape4,
  filter: Shape4,
  { strides, pad, dataFormat, dimRoundingMode }: Attributes,
): Call {
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
  const infoWith = (padding: Attributes["pad"]) =>
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

/** Convolution and its backward kernels with every kind of padding; the stock backward ones refuse padding as numbers. */
export const convolutionKernels: readonly TensorflowKernel[] = [
  defineTensorflowKernel<ForwardAttributes>("Conv2D", (kernelCall) => {
    const { inputs, backend, attributes } = kernelCall;
    const { x, filter } = inputs;
    const isPlain = x.dtype === "float32" && filter.dtype === "float32" && pairOf(attributes.dilations).every((gap) => gap === 1);
    if (!isPlain) return runStock("Conv2D", kernelCall);
    const { info, padding, zeros } = callOf(backend, x.shape as Shape4, filter.shape as Shape4, attributes); // ranks checked by the op
    if (!isOneWindow(info) && !hasFewWindows(info)) return runStock("Conv2D", kernelCall);
    return withZeros(x, zeros, (images) => productOfFew(backend, info, padding, images, filter));
  }),
  defineTensorflowKernel<BackpropAttributes>("Conv2DBackpropInput", ({ inputs: { dy, filter }, backend, attributes }) => {
    const { inputShape } = attributes;
    const { info, settings, zeros } = callOf(backend, inputShape, filter.shape as Shape4, attributes); // rank checked by the engine
    if ((!zeros && isOneWindow(info)) || (hasFewWindows(info) && hasFewPixels(info))) return inputGradientOfFew(info, dy, filter);
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
    const { info, padding, settings, zeros } = callOf(backend, x.shape as Shape4, filterShape, attributes); // rank checked by the engine
    return withZeros(x, zeros, (images) =>
      hasFewWindows(info)
        ? filterGradientOfFew(backend, info, padding, images, dy)
        : withShape(filterShape, (sizes) => backend.executeSingleOutput("Conv2DBackpropFilter", settings, [images, sizes, dy])),
    );
  }),
];

/** Runs with the images inside their zeros, which it disposes. */
function withZeros(
  x: tf.TensorInfo,
  zeros: tf.backend_util.ExplicitPadding | undefined,
  run: (images: tf.TensorInfo) => tf.Tensor,
): tf.Tensor {
  const images = zeros ? tf.pad(x as tf.Tensor, [...zeros]) : x; // the engine hands its tensors to the kernels as they are
  const result = run(images);
  if (zeros) tf.dispose(images as tf.Tensor);
  return result;
}
