import type { BenchSuite } from "../bench-suite.ts";
import { arrayKernelsSuite } from "./array-kernels.ts";
import { fidMetricsSuite } from "./fid-metrics.ts";
import { qganCoreSuite } from "./qgan-core.ts";
import { quantum } from "./quantum.ts";

/** Add a suite here: one import, one entry. */
export const suites: readonly BenchSuite[] = [quantum, qganCoreSuite, fidMetricsSuite, arrayKernelsSuite];
