import { type ImagePlanes, momentsOf, quantilesOf } from "./image-planes.ts";

/** One grey level of 8 bits: keeps logarithms of black finite. */
const LEVEL = 1 / 255;
const QUANTILES = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99];
/** Keeps quotients by a variance finite. */
const LEAST_VARIANCE = 1e-4;
const FLOOR = 1e-3;

/**
 * How the channels hang together as light does: a camera's exposure multiplies all of them, and leaves ratios and lines through black;
 * an added brightness moves black itself, which shows in the differences of logarithms and in the intercepts of channel against channel.
 *
 * @returns 33 numbers for RGB, 3 for grey.
 */
export function exposureFeatures({ channels }: ImagePlanes): number[] {
  const light = channels.map((plane) => plane.map((value) => (value + 1) / 2));
  const logs = light.map((plane) => plane.map((value) => Math.log(value + LEVEL)));
  const quantiles = logs.map((plane) => quantilesOf(plane, QUANTILES));
  const spreads = quantiles.flatMap(([least, low, , middle, , high, most]) => [high - low, most - least, middle]);
  if (channels.length === 1) return spreads;
  const [red, green, blue] = [0, 1, 2];
  const meanLog = logs[red].map((value, i) => (value + logs[green][i] + logs[blue][i]) / 3);
  const neighbours = [
    [red, green],
    [green, blue],
  ] as const;
  return [
    ...neighbours.flatMap(([a, b]) => quantiles[a].map((value, k) => value - quantiles[b][k])),
    ...spreads,
    ...neighbours.flatMap(([a, b]) => {
      const ratio = logs[a].map((value, i) => value - logs[b][i]);
      return [Math.log(momentsOf(ratio).deviation + FLOOR), lineThrough(meanLog, ratio).slope];
    }),
    ...[...neighbours, [red, blue] as const].flatMap(([a, b]) => {
      const { slope, intercept } = lineThrough(light[a], light[b]);
      return [slope, intercept];
    }),
  ];
}

/** Least squares: y ≈ slope·x + intercept. */
function lineThrough(x: Float64Array, y: Float64Array): { slope: number; intercept: number } {
  const [ofX, ofY] = [momentsOf(x), momentsOf(y)];
  let product = 0;
  for (let i = 0; i < x.length; i++) product += (x[i] - ofX.mean) * (y[i] - ofY.mean);
  const slope = product / x.length / (ofX.deviation ** 2 + LEAST_VARIANCE);
  return { slope, intercept: ofY.mean - slope * ofX.mean };
}
