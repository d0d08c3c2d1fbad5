import type { BenchSuite } from "../bench-suite.ts";
import { adaAugmentSuite } from "./ada-augment.ts";
import { arrayKernelsSuite } from "./array-kernels.ts";
import { classifierSuite } from "./classifier.ts";
import { datasetSuite } from "./dataset.ts";
import { fidMetricsSuite } from "./fid-metrics.ts";
import { qganCoreSuite } from "./qgan-core.ts";
import { quantum } from "./quantum.ts";
import { stylegan2Suite } from "./stylegan2.ts";
import { tfjsTrainSuite } from "./tfjs-train.ts";

/** Add a suite here: one import, one entry. */
export const suites: readonly BenchSuite[] = [
  quantum,
  tfjsTrainSuite,
  qganCoreSuite,
  fidMetricsSuite,
  arrayKernelsSuite,
  datasetSuite,
  adaAugmentSuite,
  stylegan2Suite,
  classifierSuite,
];
