import { frechetDistanceInfinity } from "../frechet-distance-infinity.ts";
import type { Metric } from "./metric.ts";

/** FID∞: FID without the bias of few generated images, extrapolated. */
export const fidInfinity: Metric = {
  name: "fid-infinity",
  source: "Chong, Forsyth 2020, arXiv:1911.07023, 15 sizes",
  better: "lower",
  fewestSamples: 2048,
  compute: (real, generated, rng) => ({ "fid-infinity": frechetDistanceInfinity(real, generated, { rng }).value }),
};
