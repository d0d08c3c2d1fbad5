import { checkOptions, expect, type Rng } from "repro-kit";
import { checkPair, type Features, selectFeatures } from "./features.ts";
import { checkKernel, unbiasedDistance } from "./kernel-distance.ts";
import { isSharingCheaper, sharedKernelDistances } from "./kernel-distance-shared.ts";
import type { Kernel } from "./kernel-tiles.ts";

/** Rows of each side that one estimate uses. */
export interface SubsetIndices {
  readonly real: ArrayLike<number>;
  readonly generated: ArrayLike<number>;
}

export interface KernelDistanceSubsetsOptions {
  /** The subsets, or how many of what size to draw (without replacement within a subset). */
  readonly subsets: readonly SubsetIndices[] | { readonly count: number; readonly size: number; readonly rng: Rng };
  readonly kernel?: Kernel;
}

export interface KernelDistanceEstimate {
  readonly mean: number;
  /** Population standard deviation over the subsets, as torch-fidelity reports it. */
  readonly standardDeviation: number;
  /** One unbiased estimate a subset. */
  readonly values: readonly number[];
}

/**
 * KID over subsets: mean and spread of unbiased estimates, each from `size` features a side.
 *
 * @throws UsageError if a subset is larger than its set, has fewer than two rows, or names a row that is not there.
 * @see Bińkowski et al. 2018, arXiv:1801.01401, Sec. 4 (estimates over subsets of the sample).
 */
export function kernelDistanceSubsets(
  real: Features,
  generated: Features,
  options: KernelDistanceSubsetsOptions,
): KernelDistanceEstimate {
  checkOptions("kernelDistanceSubsets", options, ["subsets", "kernel"]);
  checkPair("kernelDistanceSubsets", real, generated);
  const { subsets, kernel = "polynomial" } = options;
  const chosen = "rng" in subsets ? drawSubsets(real.count, generated.count, subsets) : subsets;
  expect(chosen.length > 0, "kernelDistanceSubsets", "at least one subset is needed; got none.");
  for (const subset of chosen) {
    checkRows("real", subset.real, real.count);
    checkRows("generated", subset.generated, generated.count);
  }
  checkKernel("kernelDistanceSubsets", kernel);
  if (isSharingCheaper(real, generated, chosen)) return summarise(sharedKernelDistances(real, generated, chosen, kernel));
  return summarise(
    chosen.map((rows) => unbiasedDistance(selectFeatures(real, rows.real), selectFeatures(generated, rows.generated), kernel)),
  );
}

/**
 * KID over consecutive disjoint blocks of `size` rows; what is left over at the end is not used. The estimates are
 * independent, so standardDeviation/√values.length is the standard error of the mean.
 *
 * @throws UsageError if no block fits.
 * @see Gretton et al. 2012, JMLR 13, Sec. 6 (averages over blocks, linear time).
 */
export function kernelDistanceBlocks(
  real: Features,
  generated: Features,
  options: { readonly size: number; readonly kernel?: Kernel },
): KernelDistanceEstimate {
  checkOptions("kernelDistanceBlocks", options, ["size", "kernel"]);
  const { size, kernel } = options;
  const smaller = Math.min(real.count, generated.count);
  const isUsable = Number.isInteger(size) && size >= 2 && size <= smaller;
  expect(isUsable, "kernelDistanceBlocks", `size must be an integer from 2 to ${smaller}, the smaller set; got ${size}.`);
  const subsets = Array.from({ length: Math.floor(smaller / size) }, (_, block) => {
    const rows = Int32Array.from({ length: size }, (_, i) => block * size + i);
    return { real: rows, generated: rows };
  });
  return kernelDistanceSubsets(real, generated, { subsets, kernel });
}

function drawSubsets(
  numReal: number,
  numGenerated: number,
  { count, size, rng }: { readonly count: number; readonly size: number; readonly rng: Rng },
): SubsetIndices[] {
  const smaller = Math.min(numReal, numGenerated);
  const isUsable = Number.isInteger(size) && size >= 2 && size <= smaller;
  expect(isUsable, "kernelDistanceSubsets", `size must be an integer from 2 to ${smaller}, the smaller set; got ${size}.`);
  expect(Number.isInteger(count) && count >= 1, "kernelDistanceSubsets", `count must be a positive integer; got ${count}.`);
  const draw = (population: number, stream: Rng): number[] =>
    stream.shuffle(Array.from({ length: population }, (_, i) => i)).slice(0, size);
  return Array.from({ length: count }, (_, k) => ({
    real: draw(numReal, rng.fork("kid-real", k)),
    generated: draw(numGenerated, rng.fork("kid-generated", k)),
  }));
}

function checkRows(side: string, rows: ArrayLike<number>, count: number): void {
  expect(rows.length >= 2, "kernelDistanceSubsets", `a ${side} subset needs at least 2 rows; got ${rows.length}.`);
  for (let i = 0; i < rows.length; i++)
    expect(
      Number.isInteger(rows[i]) && rows[i] >= 0 && rows[i] < count,
      "kernelDistanceSubsets",
      `a ${side} subset names row ${rows[i]}; the set has rows 0 to ${count - 1}.`,
    );
}

function summarise(values: readonly number[]): KernelDistanceEstimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, standardDeviation: Math.sqrt(variance), values };
}
