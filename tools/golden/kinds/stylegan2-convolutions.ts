import * as tf from "@tensorflow/tfjs-core";
import { conv2dResample, modulatedConv2d, normalizeSecondMoment } from "qgan-core";
import { gridSample, type ResampleFilter } from "tfjs-train";
import type { Deviation, GoldenFile, GoldenKind, GoldenMatch } from "../golden-kind.ts";
import { casesWith, channelsLast, fileWith, type OperationCase, onBackends, tensorOf } from "./stylegan2-case.ts";

/** The reference's keyword arguments in our words; each operation checks the names. */
function optionsOf({ args }: OperationCase): Record<string, unknown> {
  const { flip_weight, flip_filter, ...rest } = args;
  return {
    ...rest,
    ...(flip_weight === undefined ? {} : { flipWeight: flip_weight }),
    ...(flip_filter === undefined ? {} : { flipFilter: flip_filter }),
  };
}

/** OIHW as [height, width, in, out]. */
const weightOf = (w: tf.Tensor): tf.Tensor4D => tf.transpose(w, [2, 3, 1, 0]) as tf.Tensor4D; // OIHW by the README
const filterOf = (file: GoldenFile | undefined, key: unknown): ResampleFilter | null =>
  key === null || key === undefined ? null : (tensorOf(file, String(key)) as ResampleFilter); // one axis or two

function checkResampled(one: OperationCase, file: GoldenFile | undefined): Promise<Deviation[]> {
  return onBackends(() => {
    const image = (key: unknown) => channelsLast(tensorOf(file, String(key)));
    const weight = (key: unknown) => weightOf(tensorOf(file, String(key)));
    const options = { ...optionsOf(one), filter: filterOf(file, one.filter), groups: Number(one.groups ?? 1) };
    const run = (x: tf.Tensor, w: tf.Tensor) => conv2dResample(x as tf.Tensor4D, w as tf.Tensor4D, options); // of rank 4
    const inputs = [image(one.x), weight(one.w)] as const;
    const [dx, dw] = tf.grads(run as (...given: tf.Tensor[]) => tf.Tensor)([...inputs], image(one.dy));
    return [
      { what: "y", ours: run(...inputs), theirs: image(one.y) },
      { what: "dx", ours: dx, theirs: image(one.dx) },
      { what: "dw", ours: dw, theirs: weight(one.dw) },
    ];
  });
}

function checkModulated(one: OperationCase, file: GoldenFile | undefined): Promise<Deviation[]> {
  return onBackends(() => {
    const stored = (key: unknown) => tensorOf(file, String(key));
    const image = (key: unknown) => channelsLast(stored(key));
    /** [height, width] or [batch, 1, height, width] as [batch or 1, height, width, 1]. */
    const noiseOf = (key: unknown) => {
      const noise = stored(key);
      return noise.rank === 4 ? channelsLast(noise) : tf.reshape(noise, [1, noise.shape[0], noise.shape[1] ?? 1, 1]);
    };
    const rest = { ...optionsOf(one), filter: filterOf(file, one.filter) };
    const run = (x: tf.Tensor, w: tf.Tensor, s: tf.Tensor, noise?: tf.Tensor) =>
      modulatedConv2d(x as tf.Tensor4D, w as tf.Tensor4D, { ...rest, styles: s as tf.Tensor2D, noise }); // ranks by the README
    const inputs = [image(one.x), weightOf(stored(one.w)), stored(one.s), ...(one.noise ? [noiseOf(one.noise)] : [])];
    const gradients = tf.grads(run as (...given: tf.Tensor[]) => tf.Tensor)(inputs, image(one.dy));
    return [
      { what: "y", ours: (run as (...given: tf.Tensor[]) => tf.Tensor)(...inputs), theirs: image(one.y) },
      { what: "dx", ours: gradients[0], theirs: image(one.dx) },
      { what: "dw", ours: gradients[1], theirs: weightOf(stored(one.dw)) },
      { what: "ds", ours: gradients[2], theirs: stored(one.ds) },
      ...(one.noise ? [{ what: "dnoise", ours: gradients[3], theirs: noiseOf(one.dnoise) }] : []),
    ];
  });
}

const kindOf = (
  name: string,
  fields: readonly string[],
  check: (one: OperationCase, file: GoldenFile | undefined) => Promise<Deviation[]>,
): GoldenKind => ({
  name,
  find: (folder) =>
    folder.files.flatMap((file) => {
      const cases = casesWith(file, fields);
      if (cases.length === 0) return [];
      const files = new Set(cases.flatMap(({ y }) => fileWith(folder, String(y)) ?? []));
      return [
        {
          files: [file, ...files],
          cases: cases.map((one) => ({ name: one.name, check: () => check(one, fileWith(folder, String(one.y))) })),
        },
      ];
    }),
});

/** Convolutions that resample: values and gradients. */
export const stylegan2Conv2dResample: GoldenKind = kindOf(
  "stylegan2-conv2d-resample",
  ["filter", "groups", "x", "w", "y", "dy", "dx", "dw"],
  checkResampled,
);

/** Convolutions modulated by styles: values and gradients. */
export const stylegan2ModulatedConv2d: GoldenKind = kindOf(
  "stylegan2-modulated-conv2d",
  ["filter", "noise", "x", "w", "s", "y", "dy", "dx", "dw", "ds"],
  checkModulated,
);

/** What each small operation is given, what it makes, and the gradients that are stored; images come as NCHW. */
const SMALL: readonly {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly gradients: readonly string[];
  /** Whether tensors of rank 4 are images; the grid is not. */
  readonly isImage: (key: string) => boolean;
  readonly run: (...given: tf.Tensor[]) => tf.Tensor;
}[] = [
  {
    name: "normalize_2nd_moment",
    inputs: ["x"],
    gradients: ["dx"],
    isImage: () => false,
    run: (x) => normalizeSecondMoment(x as tf.Tensor2D),
  },
  {
    name: "fma",
    inputs: ["a", "b", "c"],
    gradients: ["da", "db", "dc"],
    isImage: () => false,
    run: (a, b, c) => tf.add(tf.mul(a, b), c),
  },
  {
    name: "grid_sample",
    inputs: ["input", "grid"],
    gradients: ["dinput"],
    isImage: (key) => key !== "grid",
    run: (x, grid) => gridSample(x as tf.Tensor4D, grid as tf.Tensor4D, { alignCorners: false, padding: "zeros" }), // of rank 4
  },
];

function checkSmall({ name, inputs, gradients, isImage, run }: (typeof SMALL)[number], file: GoldenFile): Promise<Deviation[]> {
  return onBackends(() => {
    const stored = (key: string) => {
      const tensor = tensorOf(file, `${name}.${key}`);
      return isImage(key) ? channelsLast(tensor) : tensor;
    };
    const given = inputs.map(stored);
    const ours = tf.grads(run)(given, stored("dy"));
    return [
      { what: "y", ours: run(...given), theirs: stored("y") },
      ...gradients.map((key) => ({ what: key, ours: ours[inputs.indexOf(key.slice(1))], theirs: stored(key) })),
    ];
  });
}

/** Normalisation, multiply-add and sampling at the points of a grid, stored as tensors alone. */
export const stylegan2SmallOps: GoldenKind = {
  name: "stylegan2-small-ops",
  find: ({ files }) =>
    files.flatMap((file): GoldenMatch[] => {
      const names = Object.keys(file.tensors?.tensors ?? {});
      const found = SMALL.filter(({ name, inputs }) => inputs.every((input) => names.includes(`${name}.${input}`)));
      if (found.length === 0) return [];
      return [{ files: [file], cases: found.map((one) => ({ name: one.name, check: () => checkSmall(one, file) })) }];
    }),
};
