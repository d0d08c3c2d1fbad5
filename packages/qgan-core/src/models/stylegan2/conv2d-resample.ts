import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { type ResampleFilter, type Upfirdn2dOptions, upfirdn2d } from "tfjs-train";

export interface Conv2dResampleOptions {
  /** Low-pass filter of the resampling; null (default) for none. */
  readonly filter?: ResampleFilter | null;
  /** The result is this many times as large. Default 1. */
  readonly up?: number;
  /** The result is this many times as small. Default 1. */
  readonly down?: number;
  /** With respect to the upsampled image, as in `upfirdn2d`. Default 0. */
  readonly padding?: Upfirdn2dOptions["padding"];
  /** Independent groups of channels. Default 1. */
  readonly groups?: number;
  /** True (default): correlation with the weights; false: convolution. */
  readonly flipWeight?: boolean;
  /** True: correlation with the filter; false (default): convolution. */
  readonly flipFilter?: boolean;
}

type Sides = readonly [left: number, right: number, top: number, bottom: number];

const KNOWN = ["filter", "up", "down", "padding", "groups", "flipWeight", "flipFilter"];

/**
 * A convolution with up- or downsampling of the image: y = w ∗ filter ∗ up(x)·up², or down(w ∗ filter ∗ x), or both with the filter
 * twice, padded so that with no padding of one's own the result is aligned with the image. Upsampling is a transposed convolution with the weights and then the filter,
 * downsampling the filter and then a strided convolution, so that neither computes what is thrown away.
 *
 * @param x - [batch, height, width, in].
 * @param weight - [kernel, kernel, in/groups, out].
 * @returns [batch, newHeight, newWidth, out].
 * @throws UsageError if the groups do not divide the channels.
 * @see Karras et al. 2020, arXiv:2006.06676, reference program, torch_utils/ops/conv2d_resample.py.
 */
export function conv2dResample(x: tf.Tensor4D, weight: tf.Tensor4D, options: Conv2dResampleOptions = {}): tf.Tensor4D {
  checkOptions("conv2dResample", options, KNOWN);
  const { filter = null, up = 1, down = 1, padding = 0, groups = 1, flipWeight = true, flipFilter = false } = options;
  const [kernelHeight, kernelWidth, inputs, outputs] = weight.shape;
  expect(
    x.shape[3] === inputs * groups && outputs % groups === 0,
    "conv2dResample",
    () => `${groups} groups of ${inputs} channels in and ${outputs} out do not fit an image of ${x.shape[3]} channels.`,
  );
  const [tapsY, tapsX] = tapsOf(filter);
  const grow = (taps: number): [number, number] => [
    (up > 1 ? half(taps + up - 1) : 0) + (down > 1 ? half(taps - down + 1) : 0),
    (up > 1 ? half(taps - up) : 0) + (down > 1 ? half(taps - down) : 0),
  ];
  const [growX, growY] = [grow(tapsX), grow(tapsY)];
  const given = sidesOf(padding);
  const sides: Sides = [given[0] + growX[0], given[1] + growX[1], given[2] + growY[0], given[3] + growY[1]];
  const filtered = (image: tf.Tensor4D, rest: Upfirdn2dOptions) => upfirdn2d(image, filter, { ...rest, flipFilter });
  const isPoint = kernelHeight === 1 && kernelWidth === 1;
  return tf.tidy(() => {
    if (isPoint && up === 1 && down > 1) return grouped(filtered(x, { down, padding: sides }), weight, groups, convolve);
    if (isPoint && up > 1 && down === 1)
      return filtered(grouped(x, weight, groups, convolve), { up, padding: sides, gain: up * up });
    if (up > 1) {
      const spread = grouped(x, flipWeight ? turned(weight) : weight, groups, stamp(up));
      const rest: Sides = [
        sides[0] - (kernelWidth - 1),
        sides[1] - (kernelWidth - up),
        sides[2] - (kernelHeight - 1),
        sides[3] - (kernelHeight - up),
      ];
      const large = filtered(spread, { padding: rest, gain: up * up });
      return down > 1 ? filtered(large, { down }) : large;
    }
    const correlated = flipWeight ? weight : turned(weight);
    if (down > 1) {
      const strided = (image: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(image, w, down, "valid");
      return grouped(filtered(x, { padding: sides }), correlated, groups, strided);
    }
    if (sides.some((side) => side < 0)) return grouped(upfirdn2d(x, null, { padding: sides }), correlated, groups, convolve);
    const pad: Pad = [
      [0, 0],
      [sides[2], sides[3]],
      [sides[0], sides[1]],
      [0, 0],
    ];
    return grouped(x, correlated, groups, (image, w) => tf.conv2d(image, w, 1, pad));
  });
}

type Pad = [[number, number], [number, number], [number, number], [number, number]];
type Convolution = (x: tf.Tensor4D, weight: tf.Tensor4D) => tf.Tensor4D;

const half = (value: number): number => Math.floor(value / 2);
const turned = (weight: tf.Tensor4D): tf.Tensor4D =>
  weight.shape[0] === 1 && weight.shape[1] === 1 ? weight : tf.reverse(weight, [0, 1]);
const convolve: Convolution = (x, weight) => tf.conv2d(x, weight, 1, "valid");

/** The weights put down `stride` apart, once a pixel and times it: a transposed convolution. */
function stamp(stride: number): Convolution {
  return (x, weight) => {
    const [batch, height, width] = x.shape;
    const [kernelHeight, kernelWidth, , outputs] = weight.shape;
    const inputShape = [batch, (height - 1) * stride + kernelHeight, (width - 1) * stride + kernelWidth, outputs];
    const attributes = { strides: stride, pad: "valid", dataFormat: "NHWC", inputShape } as unknown as tf.NamedAttrMap; // plain values
    const inputs = { dy: x, filter: tf.transpose(weight, [0, 1, 3, 2]) };
    return tf.engine().runKernel<tf.Tensor4D>("Conv2DBackpropInput", inputs, attributes);
  };
}

/** One convolution a group of channels. */
function grouped(x: tf.Tensor4D, weight: tf.Tensor4D, groups: number, convolution: Convolution): tf.Tensor4D {
  if (groups === 1) return convolution(x, weight);
  const weights = tf.split(weight, groups, 3);
  return tf.concat(
    tf.split(x, groups, 3).map((part, i) => convolution(part as tf.Tensor4D, weights[i] as tf.Tensor4D)), // parts keep the rank
    3,
  );
}

function tapsOf(filter: ResampleFilter | null): readonly [number, number] {
  const shape: readonly number[] = filter?.shape ?? [1];
  return shape.length === 1 ? [shape[0], shape[0]] : [shape[0], shape[1]];
}

function sidesOf(padding: Upfirdn2dOptions["padding"] = 0): Sides {
  const list: readonly number[] = typeof padding === "number" ? [padding, padding] : padding;
  return list.length === 2 ? [list[0], list[0], list[1], list[1]] : [list[0], list[1], list[2], list[3]];
}
