import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, createRegistry, expect, listKnown, type Registry, type Rng } from "repro-kit";
import { classicalOps } from "./classical/index.ts";
import { applyColorMatrices } from "./color-matrix.ts";
import { type DrawSource, drawsFromRng } from "./draws.ts";
import { type Homogeneous, identityMatrix, multiplyHomogeneous } from "./homogeneous.ts";
import {
  type AugmentOp,
  type AugmentOpKind,
  type BlitOp,
  type ColorOp,
  checkRange,
  type GeometryOp,
  type SampleContext,
} from "./op.ts";
import { builtinOps } from "./ops/index.ts";
import { presets } from "./presets.ts";
import { type MoveOptions, moveImages } from "./warp/move-images.ts";

export interface PipelineOptions {
  /** The p of calls that give none, in [0, 1]. */
  readonly p?: number;
  /** Options of the ops of a preset, by op name: `{ brightness: { standardDeviation: 0.1 } }`. */
  readonly strengths?: Readonly<Record<string, object>>;
  /** Whether flips, quarter turns and whole shifts alone copy pixels or filter them as the paper's program does. Default: the preset's; "copied" for a list. */
  readonly blits?: MoveOptions["blits"];
}

export interface AugmentOptions {
  /** Probability of each op, in [0, 1]; multiplied by the op's strength. */
  readonly p?: number;
  /** Image i of op `name` draws from `rng.fork(name, i)`; nothing is drawn from `rng` itself, so give each call its own fork. */
  readonly rng: Rng;
}

/** Augments images; made by `createPipeline`. */
export interface AugmentPipeline {
  /**
   * @param images - [batch, height, width, 1 or 3] in [−1, 1]; not disposed.
   * @returns New images of the same shape, as a differentiable function of the given ones (twice, for R1).
   */
  (images: tf.Tensor4D, options: AugmentOptions): tf.Tensor4D;
  readonly ops: readonly AugmentOp[];
}

/** The ops by name, the built-in ones first; `register` adds one's own. */
export const augmentOps: Registry<AugmentOpKind> = /* @__PURE__ */ createRegistry("augmentation op", [
  ...builtinOps,
  ...classicalOps,
]);

/**
 * A pipeline of augmentations: one affine map, then one colour matrix, then corruptions.
 *
 * @param preset - Name of a preset, or the ops: names of built-ins or objects.
 * @throws UsageError for an unknown preset, op or option, or two ops of one name.
 */
export function createPipeline(preset: string | readonly (string | AugmentOp)[], options: PipelineOptions = {}): AugmentPipeline {
  checkOptions("createPipeline", options, ["p", "strengths", "blits"]);
  const { p: defaultP, strengths = {} } = options;
  if (defaultP !== undefined) checkRange("createPipeline", "p", defaultP, 0, 1);
  const ops = resolveOps(preset, strengths);
  const { blits = typeof preset === "string" ? presets[preset].blits : "copied" } = options;
  expect(["copied", "resampled"].includes(blits), "createPipeline", `blits must be "copied" or "resampled"; got "${blits}".`);
  const apply = (images: tf.Tensor4D, { p = defaultP, rng }: AugmentOptions): tf.Tensor4D => {
    expect(p !== undefined, "ada-augment", "p is missing. Give it to createPipeline or to the call.");
    return augment(images, { ops, p, draws: drawsFromRng(rng), blits });
  };
  return Object.assign(apply, { ops });
}

/** What a call of `augment` runs. */
export interface AugmentRun extends Partial<MoveOptions> {
  readonly ops: readonly AugmentOp[];
  /** Probability of each op, in [0, 1]; multiplied by the op's strength. */
  readonly p: number;
  readonly draws: DrawSource;
}

/**
 * Runs ops on images with any source of draws: what a pipeline does once p and the random stream are known.
 *
 * @param images - [batch, height, width, 1 or 3]
 * @throws UsageError if p is no probability or the images have another number of channels.
 */
export function augment(images: tf.Tensor4D, { ops, p, draws, blits = "copied", margins = "image" }: AugmentRun): tf.Tensor4D {
  checkRange("ada-augment", "p", p, 0, 1);
  const [batch, height, width, channels] = images.shape;
  expect(
    images.rank === 4 && (channels === 1 || channels === 3),
    "ada-augment",
    `images must be [batch, height, width, 1 or 3]; got [${images.shape.join(", ")}].`,
  );
  if (p === 0 || batch === 0) return tf.clone(images);

  const contextOf = (op: AugmentOp, i: number): SampleContext => {
    const stream = draws(op.name, i);
    return {
      draws: stream,
      height,
      width,
      channels,
      p: p * op.strength,
      chance: (value, identity, probability = p * op.strength) => (stream.gate() < probability ? value : identity),
    };
  };
  return tf.tidy(() => {
    let out = images;
    const moves = ops.filter((op): op is BlitOp | GeometryOp => op.stage === "blit" || op.stage === "geometry");
    const inverses = composeEach(batch, 3, (i) => inversesOf(moves, (op) => contextOf(op, i)));
    if (!inverses.every(isIdentity)) out = moveImages(out, inverses, { blits, margins });

    const colors = ops.filter((op): op is ColorOp => op.stage === "color");
    const matrices = composeEach(batch, 4, (i) => colors.map((op) => op.matrix(contextOf(op, i))).reverse());
    if (!matrices.every(isIdentity)) out = applyColorMatrices(out, matrices);

    for (const op of ops) {
      if (op.stage !== "corruption") continue;
      const samples = Array.from({ length: batch }, (_, i) => op.sample(contextOf(op, i)));
      if (samples.some((sample) => sample !== undefined)) out = op.apply(out, samples);
    }
    return out === images ? tf.clone(images) : out;
  });
}

/** The matrices of one image's moves in the order in which they are multiplied. */
function inversesOf(ops: readonly (BlitOp | GeometryOp)[], contextOf: (op: AugmentOp) => SampleContext): readonly Homogeneous[] {
  const out: Homogeneous[] = [];
  const waiting: { readonly after: string; readonly matrix: Homogeneous }[] = [];
  ops.forEach((op, i) => {
    const context = contextOf(op);
    out.push(op.inverse(context));
    if (op.stage === "geometry" && op.second) {
      const { after } = op.second;
      const matrix = op.second.inverse(context);
      if (ops.slice(i + 1).some(({ name }) => name === after)) waiting.push({ after, matrix });
      else out.push(matrix);
    }
    out.push(...waiting.filter(({ after }) => after === op.name).map(({ matrix }) => matrix));
  });
  return out;
}

/** Per image the product of its matrices, first to last. */
function composeEach(batch: number, size: 3 | 4, matricesOf: (i: number) => readonly Homogeneous[]): Homogeneous[] {
  return Array.from({ length: batch }, (_, i) => matricesOf(i).reduce(multiplyHomogeneous, identityMatrix(size)));
}

function isIdentity(matrix: Homogeneous): boolean {
  const n = Math.round(Math.sqrt(matrix.length));
  return matrix.every((entry, i) => entry === (i % (n + 1) === 0 ? 1 : 0));
}

function resolveOps(
  preset: string | readonly (string | AugmentOp)[],
  strengths: Readonly<Record<string, object>>,
): readonly AugmentOp[] {
  if (typeof preset === "string")
    expect(
      Object.hasOwn(presets, preset),
      "createPipeline",
      () => `no preset named "${preset}"; ${listKnown(preset, Object.keys(presets))}`,
    );
  const list = typeof preset === "string" ? presets[preset].ops : preset;
  const names = list.map((op) => (typeof op === "string" ? op : op.name));
  for (const name of Object.keys(strengths))
    expect(
      list.includes(name),
      "createPipeline",
      () => `strengths name "${name}", which is not made here; ${listKnown(name, names)}`,
    );
  names.forEach((name, i) => {
    expect(names.indexOf(name) === i, "createPipeline", `the op "${name}" stands twice in the list. Name each op once.`);
  });
  return list.map((op) => (typeof op === "string" ? augmentOps.resolve(op).create(strengths[op]) : op));
}
