import { join } from "node:path";
import {
  checkSweepGrid,
  reportSweep,
  type SweepArm,
  type SweepBudget,
  type SweepPoint,
  type SweepSummary,
  sweepMixRatios,
} from "classifier-eval";
import { checkOptions, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, disposeParams, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import type { CheckpointChoice } from "../generate/load-generator.ts";
import { folderStore } from "./classifier-folder.ts";
import { drawGenerated } from "./generated-images.ts";
import { dataOptionNames, openStudyData, type StudyDataOptions } from "./study-data.ts";
import { prepareFolder, untilStopped } from "./study-folder.ts";
import { augmentationOf, loadSettings, type StudySettings, scheduleOf, settingNames } from "./study-settings.ts";
import { formatSweepPage } from "./sweep-page.ts";

export interface SweepStudyOptions extends StudyDataOptions, StudySettings {
  /** Folder of the sweep; the same one continues. */
  readonly out: string;
  /** Folder of the cells; sweeps that share one train what they have in common once. @defaultValue "cells" in `out` */
  readonly cells?: string;
  /** Runs of generators, one a class. */
  readonly runs?: readonly string[];
  readonly checkpoint?: CheckpointChoice;
  /** Generated shares. @defaultValue [0, 0.25, 0.5, 0.75] */
  readonly alphas?: readonly number[];
  /** Seeds of the trainings. @defaultValue [0, 1, 2] */
  readonly seeds?: readonly number[];
  /** @defaultValue with runs "none" and "generated", and with an augmentation all four; without runs "none" and "classical" */
  readonly arms?: readonly SweepArm[];
  /** Shares of the real training images. @defaultValue [1] */
  readonly dataShares?: readonly number[];
  /** What chooses α among the validation scores. @defaultValue "balancedAccuracy" */
  readonly selectBy?: SweepSummary["selectedBy"];
  readonly resamples?: number;
  readonly backend?: string;
}

export interface SweepStudyResult {
  readonly summary: SweepSummary;
  readonly page: string;
}

const KNOWN = [
  ...[...dataOptionNames, ...settingNames, "out", "backend", "cells", "runs", "checkpoint"],
  ...["alphas", "seeds", "arms", "dataShares", "selectBy", "resamples"],
];

/** Of generated images, which are held in memory. */
const MOST_BYTES = 4 * 2 ** 30;

/**
 * Do generated images help, and how many? Trains every cell of the grid (each is kept in `<out>/cells` as soon as it is done, so that an
 * interrupted sweep goes on), then reads the test images once; writes summary.json and report.html.
 *
 * @throws UsageError as `sweepMixRatios`. Throws the signal's reason when it is aborted.
 */
export async function sweepStudy(options: SweepStudyOptions, hooks: LabHooks = {}): Promise<SweepStudyResult> {
  checkOptions("sweepStudy", options, KNOWN);
  const {
    out,
    runs = [],
    alphas = [0, 0.25, 0.5, 0.75],
    seeds = [0, 1, 2],
    dataShares = [1],
    augment = "flips",
    selectBy,
    resamples,
  } = options;
  const { onFact, signal } = hooks;
  const hasAugmentation = augment !== "none";
  const wanted: readonly SweepArm[] =
    options.arms ??
    (["none", "classical", "generated", "classical+generated"] as const).filter(
      (arm) => (hasAugmentation || !arm.startsWith("classical")) && (runs.length > 0 || !arm.endsWith("generated")),
    );
  checkSweepGrid("classify", { alphas, seeds, arms: wanted, dataShares });
  // Without an α above 0 the arms with generated images have no cell.
  const arms = wanted.filter((arm) => alphas.some((alpha) => alpha > 0) || !arm.endsWith("generated"));
  const wantsGenerated = arms.some((arm) => arm.endsWith("generated"));
  expect(
    hasAugmentation || !arms.some((arm) => arm.startsWith("classical")),
    "classify",
    'the arms with "classical" need an augmentation. Leave them out, or choose one with --augment.',
  );
  expect(
    !wantsGenerated || runs.length > 0,
    "classify",
    "the arms with generated images need run folders. Give them with --runs.",
  );
  await ready({ backend: (options.backend ?? "auto") as BackendName | "auto" }); // `ready` checks the name
  const { dataset, source, split, classes, groups } = await openStudyData(options);
  try {
    const train = split.part("train");
    const { training: settings, notes } = await loadSettings({ ...options, augment: "none" }, { channels: source.imageShape[2] });
    for (const text of notes) onFact?.({ kind: "note", text });
    const most = Math.max(...alphas);
    const counts = classes.map((_, k) => Math.ceil((train.filter((i) => source.labels[i] === k).length * most) / (1 - most)) + 1);
    const [height, width, channels] = source.imageShape;
    const numGenerated = counts.reduce((sum, count) => sum + count, 0);
    expect(
      !wantsGenerated || numGenerated * height * width * channels <= MOST_BYTES,
      "classify",
      `α = ${most} asks for ${numGenerated} generated images, more than fit into memory. Give a smaller α.`,
    );
    await prepareFolder(out);
    const synthetic = wantsGenerated
      ? await drawGenerated({ ...options, runs, digest: dataset.digest, classes, counts }, hooks)
      : undefined;
    const augmentation = augmentationOf(augment);
    const total =
      seeds.length *
      dataShares.length *
      arms.reduce((sum, arm) => sum + (arm.endsWith("generated") ? alphas.filter((alpha) => alpha > 0).length : 1), 0);
    let done = 0;
    const sweep = {
      real: source,
      classes,
      split,
      ...(groups ? { groups } : {}),
      ...(synthetic ? { synthetic } : {}),
      ...(augmentation && arms.some((arm) => arm.startsWith("classical")) ? { augment: augmentation } : {}),
      ...{ alphas, seeds, arms, dataShares },
      training: settings,
      schedule: (budget: SweepBudget) => scheduleOf(options, budget),
      store: folderStore(options.cells ?? join(out, "cells")),
      // What stands in functions: schedule and augmentation.
      tag: JSON.stringify(["cosine over the cell", options.learningRate ?? 1e-3, options.warmUpEpochs ?? 1, augment]),
      ...(signal ? { signal } : {}),
      onStep: ({
        cell,
        step: { step, totalSteps, loss },
      }: Parameters<NonNullable<Parameters<typeof sweepMixRatios>[0]["onStep"]>>[0]) =>
        onFact?.({
          kind: "progress",
          part: `${cell.arm}${cell.alpha > 0 ? ` α ${cell.alpha}` : ""}, seed ${cell.seed}`,
          unit: "step",
          ...{ done: step, total: totalSteps, fraction: (done + step / totalSteps) / total, values: { loss } },
        }),
    };
    const points: SweepPoint[] = [];
    for await (const point of untilStopped(sweepMixRatios(sweep), { out, total }, hooks)) {
      points.push(point);
      done++;
      onFact?.({
        kind: "note",
        text: `${done} of ${total}: ${point.arm}, α ${point.alpha}, share ${point.dataShare}, seed ${point.seed}: validation accuracy ${point.validation.accuracy.toFixed(3)}${point.isStored ? " (kept from before)" : ""}.`,
      });
    }
    const summary = await reportSweep({ points, sweep, ...(selectBy ? { selectBy } : {}), ...(resamples ? { resamples } : {}) });
    await writeFileAtomic(join(out, "summary.json"), `${JSON.stringify(summary, null, 1)}\n`);
    const page = join(out, "report.html");
    await writeFileAtomic(page, formatSweepPage(summary));
    disposeParams(settings.weights);
    return { summary, page };
  } finally {
    await dataset.close();
  }
}
