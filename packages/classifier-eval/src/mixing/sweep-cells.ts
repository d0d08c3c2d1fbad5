import { expect } from "repro-kit";

/** What the training set is made of besides the real images. */
export type SweepArm = "none" | "classical" | "generated" | "classical+generated";
export const sweepArms: readonly SweepArm[] = ["none", "classical", "generated", "classical+generated"];

export const hasClassical = (arm: SweepArm): boolean => arm.startsWith("classical");
export const hasGenerated = (arm: SweepArm): boolean => arm.endsWith("generated");

/** One training of a sweep. */
export interface SweepCell {
  readonly arm: SweepArm;
  /** Generated share; 0 in the arms without generated images. */
  readonly alpha: number;
  /** Share of the real training images that are used. */
  readonly dataShare: number;
  readonly seed: number;
}

/** What a sweep goes over. */
export interface SweepGrid {
  readonly alphas: readonly number[];
  readonly seeds: readonly number[];
  readonly arms: readonly SweepArm[];
  readonly dataShares: readonly number[];
}

/** All cells: the arms without generated images once, the others at every α above 0. */
export function listCells({ alphas, seeds, arms, dataShares }: SweepGrid): SweepCell[] {
  return dataShares.flatMap((dataShare) =>
    seeds.flatMap((seed) =>
      arms.flatMap((arm) =>
        (hasGenerated(arm) ? alphas.filter((alpha) => alpha > 0) : [0]).map(
          (alpha): SweepCell => ({ arm, alpha, dataShare, seed }),
        ),
      ),
    ),
  );
}

/** Checks a sweep's grid before anything is drawn or trained. @throws UsageError for a value out of range, or one that stands twice. */
export function checkSweepGrid(scope: string, { alphas, seeds, arms, dataShares }: SweepGrid): void {
  for (const [name, values] of Object.entries({ alphas, seeds, arms, dataShares }))
    expect(
      values.length > 0 && new Set<unknown>(values).size === values.length,
      scope,
      `${name} must be distinct and at least one; got [${values.join(", ")}].`,
    );
  for (const alpha of alphas) expect(alpha >= 0 && alpha < 1, scope, `α must lie in [0, 1); got ${alpha}.`);
  for (const share of dataShares) expect(share > 0 && share <= 1, scope, `dataShares must lie in (0, 1]; got ${share}.`);
  for (const arm of arms) expect(sweepArms.includes(arm), scope, `no arm "${arm}"; known: ${sweepArms.join(", ")}.`);
  expect(
    arms.some((arm) => !hasGenerated(arm)) || alphas.some((alpha) => alpha > 0),
    scope,
    "there is nothing to train: the arms want generated images and no α is above 0.",
  );
}
