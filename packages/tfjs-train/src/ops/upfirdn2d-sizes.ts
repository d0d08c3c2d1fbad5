import { expect } from "repro-kit";

/** What {@link upfirdn2d} was asked for, with every default filled in; the attributes of its kernel. Pairs are [x, y], as in the reference. */
export interface Upfirdn2dAttributes {
  readonly up: readonly [x: number, y: number];
  readonly down: readonly [x: number, y: number];
  /** Pixels before and after, counted after upsampling; negative numbers crop. */
  readonly padding: readonly [left: number, right: number, top: number, bottom: number];
  readonly gain: number;
  /** True: correlation. False: convolution, which turns the filter round. */
  readonly flipFilter: boolean;
}

/** One axis of the operation. */
export interface ResamplingAxis {
  readonly inSize: number;
  readonly outSize: number;
  readonly up: number;
  readonly down: number;
  readonly padBefore: number;
  readonly padAfter: number;
  readonly taps: number;
}

/**
 * Height and width of the operation; outSize = ⌊(inSize·up + padBefore + padAfter − taps) / down⌋ + 1.
 *
 * @throws UsageError if nothing is left of an axis.
 */
export function upfirdn2dAxes(
  xShape: readonly number[],
  filterShape: readonly number[],
  { up, down, padding: [left, right, top, bottom] }: Upfirdn2dAttributes,
): [vertical: ResamplingAxis, horizontal: ResamplingAxis] {
  const [tapsY, tapsX] = filterShape.length === 1 ? [filterShape[0], filterShape[0]] : filterShape;
  return [
    axisOf("height", xShape[1], up[1], down[1], top, bottom, tapsY),
    axisOf("width", xShape[2], up[0], down[0], left, right, tapsX),
  ];
}

function axisOf(
  name: string,
  inSize: number,
  up: number,
  down: number,
  padBefore: number,
  padAfter: number,
  taps: number,
): ResamplingAxis {
  const outSize = Math.floor((inSize * up + padBefore + padAfter - taps) / down) + 1;
  expect(
    outSize >= 1,
    "upfirdn2d",
    () =>
      `the padded ${name} must hold the filter's ${taps} taps; got ${inSize}·${up} + ${padBefore} + ${padAfter}. Pad more, or use a shorter filter.`,
  );
  return { inSize, outSize, up, down, padBefore, padAfter, taps };
}

/**
 * The operation that is the gradient of another: up- and downsampling change places, the filter is turned round.
 *
 * @see Karras et al. 2020 (StyleGAN2-ADA), reference program, torch_utils/ops/upfirdn2d.py (backward).
 */
export function upfirdn2dAdjoint(
  vertical: ResamplingAxis,
  horizontal: ResamplingAxis,
  { up, down, gain, flipFilter }: Upfirdn2dAttributes,
): Upfirdn2dAttributes {
  const pads = ({ inSize, outSize, padBefore, taps, up, down }: ResamplingAxis) =>
    [taps - padBefore - 1, inSize * up - outSize * down + padBefore - up + 1] as const;
  return { up: down, down: up, padding: [...pads(horizontal), ...pads(vertical)], gain, flipFilter: !flipFilter };
}
