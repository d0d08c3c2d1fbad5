import { type Evaluation, evaluatePaths, type Lpips, loadLpips, type NamedPath, type PathGenerator } from "fid-metrics";
import { checkOptions, expect, UsageError } from "repro-kit";
import { readWeightsFile } from "tfjs-train/node";
import type { LabHooks } from "../facts.ts";
import type { CheckpointChoice } from "../generate/load-generator.ts";
import { createRateMeter } from "../progress/rate.ts";
import { type Drawing, openDrawing } from "./drawing.ts";

/** A path length that was asked for; `isPreset` where its name stands for a number of pairs and one way to walk. */
export interface PlannedPath extends NamedPath {
  readonly isPreset: boolean;
}

export interface MeasurePathsOptions {
  /** A run folder, checkpoint or snapshot (.pkl). */
  readonly fake: string;
  readonly checkpoint?: CheckpointChoice;
  readonly paths: readonly PlannedPath[];
  /** Weights of LPIPS: one file, or VGG16's and LPIPS's own. */
  readonly lpips?: readonly string[];
  /** Pairs of a path that is no preset's. Default 1000. */
  readonly pairs?: number;
  readonly seed: number;
}

export interface MeasuredPaths extends Evaluation {
  /** What was walked through. */
  readonly snapshot: string;
}

const SCOPE = "metrics";
const KNOWN = ["fake", "checkpoint", "paths", "lpips", "pairs", "seed"];
/** Pairs where nobody says how many. */
const STANDARD_PAIRS = 1000;
/** LPIPS halves images four times. */
const SMALLEST = 16;

/** What to give, where from. */
const ADVICE =
  'LPIPS with VGG16: one state dict, made once where Python has the package lpips by `torch.save(lpips.LPIPS(net="vgg").state_dict(), "lpips-vgg.pth")`, ' +
  "or torchvision's vgg16-397923af.pth and weights/v0.1/vgg.pth of PerceptualSimilarity with a comma between them";

/** Paths that can be walked: what is wrong with the options has been said. */
export interface OpenedPaths {
  measure(hooks?: LabHooks): Promise<MeasuredPaths>;
  close(): void;
}

/**
 * Opens a generator and LPIPS for path lengths. Classes come in turn, noise is drawn for every pair, nothing is truncated.
 *
 * @throws UsageError for no generator, no or foreign weights, images that LPIPS cannot look at, or a path that the generator has not.
 */
export async function openPaths(options: MeasurePathsOptions): Promise<OpenedPaths> {
  checkOptions("openPaths", options, KNOWN);
  const { fake, checkpoint, paths, lpips: files, pairs, seed } = options;
  const [first] = paths;
  expect(
    files !== undefined,
    SCOPE,
    `${first.name} compares images by LPIPS, whose weights are not part of this program: give --lpips FILE, ${ADVICE}.`,
  );
  for (const { name, samples, isPreset } of paths)
    expect(
      !isPreset || pairs === undefined || pairs === samples,
      SCOPE,
      `${name} stands for ${samples} pairs; --images says ${pairs}. Leave it out, or take ppl, which has no number in its name.`,
    );
  const drawing = await openDrawing(fake, checkpoint);
  expect(
    drawing,
    SCOPE,
    `${first.name} walks through a generator, and ${fake} is none. Give a run folder, a checkpoint or a StyleGAN2-ADA snapshot (.pkl) with --fake.`,
  );
  try {
    const generator = drawing.paths(seed);
    for (const path of paths) checkPath(path, generator, drawing);
    const lpips = await openLpips(files);
    return {
      measure: (hooks) => walk({ drawing, generator, lpips, paths, pairs: pairs ?? STANDARD_PAIRS, seed }, hooks),
      close() {
        lpips.dispose();
        drawing.close();
      },
    };
  } catch (error) {
    drawing.close();
    throw error;
  }
}

interface Walk extends Required<Pick<MeasurePathsOptions, "paths" | "pairs" | "seed">> {
  readonly drawing: Drawing;
  readonly generator: PathGenerator;
  readonly lpips: Lpips;
}

async function walk(
  { drawing, generator, lpips, paths, pairs, seed }: Walk,
  { onFact, signal }: LabHooks = {},
): Promise<MeasuredPaths> {
  const told = paths.map(({ isPreset, ...path }) => ({ ...path, samples: path.samples ?? pairs }));
  const onProgress = progressOf(told, onFact);
  const options = { generator, distance: lpips, paths: told, seed, onProgress };
  const evaluation = await evaluatePaths({ ...options, ...(signal ? { signal } : {}) });
  for (const { name, source } of evaluation.protocol.metrics)
    onFact?.({ kind: "note", text: `${name} walks: ${source.slice(source.indexOf("; ") + 2)}.` });
  // The StyleGAN tools' names stand for one number.
  const isDeviation = (key: string): boolean => paths.some(({ name, isPreset }) => isPreset && key === `${name}-sd`);
  const values = Object.fromEntries(Object.entries(evaluation.values).filter(([key]) => !isDeviation(key)));
  return { ...evaluation, values, snapshot: drawing.name };
}

function checkPath(
  { name, space, crop = false, isPreset }: PlannedPath,
  { map, latentDistribution = "normal" }: PathGenerator,
  { name: generator, imageShape: [height, width] }: { readonly name: string; readonly imageShape: readonly number[] },
): void {
  const least = crop ? 2 * SMALLEST : SMALLEST;
  expect(
    Math.min(height, width) >= least,
    SCOPE,
    `${name} needs images of ${least} pixels a side or more, since LPIPS halves ${crop ? "the middle half of them" : "them"} four times; ${generator} draws ${height}×${width}.`,
  );
  expect(space !== "w" || map, SCOPE, `${name} walks in w, which only style-based generators have; for ${generator} take ppl.`);
  expect(
    !isPreset || latentDistribution === "normal",
    SCOPE,
    `${name} walks over the sphere of normal latents; those of ${generator} are ${latentDistribution}. Take ppl.`,
  );
}

/** @throws UsageError that names the file. */
async function openLpips(files: readonly string[]): Promise<Lpips> {
  const weights = [];
  for (const file of files) weights.push(await readWeightsFile(file));
  try {
    return loadLpips({ weights });
  } catch (cause) {
    throw UsageError.isInstance(cause) ? new UsageError(`${cause.message} (${files.join(", ")})`, { cause }) : cause;
  }
}

/** Pairs a second of the last seconds, and the time that all paths still take. */
function progressOf(paths: readonly { readonly name: string; readonly samples: number }[], onFact: LabHooks["onFact"]) {
  const all = paths.reduce((sum, { samples }) => sum + samples, 0);
  const meter = createRateMeter();
  return ({ name, done, total }: { readonly name: string; readonly done: number; readonly total: number }): void => {
    const at = paths.findIndex((path) => path.name === name);
    const before = paths.slice(0, at).reduce((sum, { samples }) => sum + samples, 0);
    meter.add(before + done, performance.now() / 1000);
    const perSecond = meter.perSecond();
    onFact?.({
      kind: "progress",
      part: `Walking along ${name}`,
      unit: "pair",
      done,
      total,
      fraction: (before + done) / all,
      ...(perSecond > 0 ? { secondsLeft: (all - before - done) / perSecond } : {}),
    });
  };
}
