import type { BenchSuite } from "../bench-suite.ts";

/** Add a suite here: one import, one entry. */
export const suites: readonly BenchSuite[] = [];
