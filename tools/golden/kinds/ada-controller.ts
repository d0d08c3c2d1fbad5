import { createAdaptiveP } from "ada-augment";
import { absolute } from "../compare.ts";
import type { Deviation, GoldenKind } from "../golden-kind.ts";

/** One recorded run of the controller, as golden/stylegan2/README.md describes it. */
interface Sequence {
  readonly name: string;
  readonly batch: number;
  readonly ada_interval: number;
  readonly ada_kimg: number;
  readonly ada_target: number;
  readonly p0: number;
  readonly counts_per_iteration: readonly { readonly positive: number; readonly zero: number; readonly negative: number }[];
  readonly updates: readonly {
    readonly after_iteration: number;
    readonly mean_sign: number;
    readonly adjust: number;
    readonly p: number;
  }[];
}

/** p is single precision on both sides and must be the same number; the mean is compared in double precision. */
const EXACT = 0;
const MEAN_TOLERANCE = 1e-12;

const FIELDS = ["batch", "ada_interval", "ada_kimg", "ada_target", "p0", "counts_per_iteration", "updates"];

function isSequence(value: unknown): value is Sequence {
  return typeof value === "object" && value !== null && FIELDS.every((field) => field in value);
}

/** Sequences of a file, or an empty list. */
function sequencesOf(json: unknown): readonly Sequence[] {
  if (typeof json !== "object" || json === null || !("sequences" in json) || !Array.isArray(json.sequences)) return [];
  return json.sequences.every(isSequence) ? json.sequences : [];
}

function check(sequence: Sequence): readonly Deviation[] {
  const controller = createAdaptiveP({
    target: sequence.ada_target,
    intervalBatches: sequence.ada_interval,
    rampKimg: sequence.ada_kimg,
    initial: sequence.p0,
    max: Number.POSITIVE_INFINITY,
  });
  const deviations: Deviation[] = [];
  sequence.counts_per_iteration.forEach(({ positive, zero, negative }, i) => {
    const before = controller.p;
    const p = controller.update([...Array(positive).fill(2.5), ...Array(zero).fill(0), ...Array(negative).fill(-0.1)]);
    const update = sequence.updates.find(({ after_iteration }) => after_iteration === i + 1);
    deviations.push(absolute(`p after iteration ${i + 1}`, [p], [update ? update.p : before], EXACT));
    if (update)
      deviations.push(
        absolute(`mean sign after iteration ${i + 1}`, [controller.meanSign ?? Number.NaN], [update.mean_sign], MEAN_TOLERANCE),
      );
  });
  return deviations;
}

/** The adaptive-p controller against runs of the StyleGAN2-ADA program. */
export const adaController: GoldenKind = {
  name: "ada-controller",
  find: ({ files }) =>
    files.flatMap((file) => {
      const sequences = sequencesOf(file.json);
      if (sequences.length === 0) return [];
      return [{ files: [file], cases: sequences.map((sequence) => ({ name: sequence.name, check: () => check(sequence) })) }];
    }),
};
