import { expect } from "repro-kit";
import { checkPair } from "../features.ts";
import { kernelDistanceBlocks } from "../kernel-distance-subsets.ts";
import type { Metric } from "./metric.ts";

/** Blocks that the sets are cut into, as many as hold 1000 rows, and at least so many for a standard error. */
const SIZE = 1000;
const FEWEST_BLOCKS = 5;

/** KID over disjoint blocks: unbiased like the full estimate, in linear time, with a standard error from independent parts. */
export const kidBlocks: Metric = {
  name: "kid-blocks",
  source: "Bińkowski et al. 2018, arXiv:1801.01401; Gretton et al. 2012, JMLR 13, Sec. 6, blocks of at most 1000",
  better: "lower",
  compute(real, generated) {
    checkPair("kid-blocks", real, generated);
    const smaller = Math.min(real.count, generated.count);
    const size = Math.min(SIZE, Math.floor(smaller / FEWEST_BLOCKS));
    expect(size >= 2, "kid-blocks", `at least ${2 * FEWEST_BLOCKS} features a side are needed; got ${smaller}.`);
    const { mean, standardDeviation, values } = kernelDistanceBlocks(real, generated, { size });
    return { "kid-blocks": mean, "kid-blocks-se": standardDeviation / Math.sqrt(values.length - 1) };
  },
};
