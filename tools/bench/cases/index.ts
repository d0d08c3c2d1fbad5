import type { BenchSuite } from "../bench-suite.ts";
import { arrayKernelsSuite } from "./array-kernels.ts";
import { datasetSuite } from "./dataset.ts";
import { fidMetricsSuite } from "./fid-metrics.ts";
import { qganCoreSuite } from "./qgan-core.ts";
import { quantum } from "./quantum.ts";
import { tfjsTrainSuite } from "./tfjs-train.ts";

/** Add a suite here: one import, one entry. */
export const suites: readonly BenchSuite[] = [
  quantum,
  tfjsTrainSuite,
  qganCoreSuite,
  fidMetricsSuite,
  arrayKernelsSuite,
  datasetSuite,
];
