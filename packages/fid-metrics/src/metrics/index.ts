import { createRegistry, type Registry } from "repro-kit";
import { authenticity } from "./authenticity.ts";
import { classFid } from "./class-fid.ts";
import { cmmd } from "./cmmd.ts";
import { coverage } from "./coverage.ts";
import { density } from "./density.ts";
import { fid } from "./fid.ts";
import { fidInfinity } from "./fid-infinity.ts";
import { is } from "./inception-score.ts";
import { kid, kidSubsets } from "./kid.ts";
import { kidBlocks } from "./kid-blocks.ts";
import { kidRbf } from "./kid-rbf.ts";
import { membership } from "./membership.ts";
import { memorised } from "./memorised.ts";
import type { Metric } from "./metric.ts";
import { mind } from "./mind.ts";
import { msSsim } from "./ms-ssim.ts";
import { ppl } from "./ppl.ts";
import { precision } from "./precision.ts";
import { recall } from "./recall.ts";
import { spectrum } from "./spectrum.ts";
import { ssim } from "./ssim.ts";

/** The built-in metrics, the one to look at first in small samples in front. */
export const builtinMetrics: readonly Metric[] = [
  kid,
  kidSubsets,
  kidBlocks,
  kidRbf,
  fid,
  fidInfinity,
  classFid,
  mind,
  cmmd,
  precision,
  recall,
  density,
  coverage,
  is,
  ssim,
  msSsim,
  spectrum,
  ppl,
  authenticity,
  memorised,
  membership,
];

/** A registry of the built-in metrics, to which others can be added. */
export function createMetricRegistry(): Registry<Metric> {
  return createRegistry("metric", builtinMetrics);
}
