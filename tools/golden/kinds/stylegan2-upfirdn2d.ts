import * as tf from "@tensorflow/tfjs-core";
import { downsample2d, filter2d, type ResampleFilter, setupFilter, upfirdn2d, upsample2d } from "tfjs-train";
import type { GoldenFile, GoldenKind } from "../golden-kind.ts";
import { casesWith, channelsLast, fileWith, type OperationCase, onBackends, tensorOf } from "./stylegan2-case.ts";

const operations: Readonly<
  Record<string, (x: tf.Tensor4D, filter: ResampleFilter | null, options: Record<string, unknown>) => tf.Tensor4D>
> = { upfirdn2d, filter2d, upsample2d, downsample2d };

/** The reference's keyword arguments in our words; each operation checks the names. */
function optionsOf({ args }: OperationCase): Record<string, unknown> {
  const { flip_filter, ...rest } = args;
  return flip_filter === undefined ? rest : { ...rest, flipFilter: flip_filter };
}

function check(one: OperationCase, file: GoldenFile | undefined) {
  return onBackends(() => {
    const image = (key: unknown) => channelsLast(tensorOf(file, String(key))) as tf.Tensor4D; // NCHW by the README
    const filter = one.filter === null ? null : (tensorOf(file, String(one.filter)) as ResampleFilter); // one axis or two
    const run = (x: tf.Tensor) => operations[String(one.op)](x as tf.Tensor4D, filter, optionsOf(one)); // of rank 4
    const x = image(one.x);
    return [
      { what: "y", ours: run(x), theirs: image(one.y) },
      { what: "dx", ours: tf.grad(run)(x, image(one.dy)), theirs: image(one.dx) },
    ];
  });
}

/** Pad, upsample, filter and downsample, with the three operations made of it; values and gradients. */
export const stylegan2Upfirdn2d: GoldenKind = {
  name: "stylegan2-upfirdn2d",
  find: (folder) =>
    folder.files.flatMap((file) => {
      const cases = casesWith(file, ["op", "filter", "x", "y", "dy", "dx"]);
      if (!cases.every(({ op }) => Object.hasOwn(operations, String(op)))) return [];
      const files = new Set(cases.flatMap(({ y }) => fileWith(folder, String(y)) ?? []));
      return cases.length === 0
        ? []
        : [
            {
              files: [file, ...files],
              cases: cases.map((one) => ({ name: one.name, check: () => check(one, fileWith(folder, String(one.y))) })),
            },
          ];
    }),
};

interface FilterCase {
  readonly f: Parameters<typeof setupFilter>[0];
  readonly args: Readonly<Record<string, unknown>>;
  readonly shape: readonly number[];
  readonly out: readonly number[];
}

function filterCasesOf({ json }: GoldenFile): readonly FilterCase[] {
  const list = (json as { cases?: unknown } | undefined)?.cases;
  const isCase = (one: unknown): one is FilterCase =>
    typeof one === "object" && one !== null && ["f", "args", "shape", "out"].every((field) => field in one);
  return Array.isArray(list) && list.length > 0 && list.every(isCase) ? list : [];
}

/** Filters made from lists of taps. */
export const stylegan2SetupFilter: GoldenKind = {
  name: "stylegan2-setup-filter",
  find: ({ files }) =>
    files.flatMap((file) => {
      const cases = filterCasesOf(file).map(({ f, args, shape, out }) => ({
        name: `${JSON.stringify(f)} ${JSON.stringify(args)}`,
        check: () =>
          onBackends(() => {
            const { flip_filter, ...rest } = args;
            const ours = setupFilter(f, flip_filter === undefined ? rest : { ...rest, flipFilter: flip_filter === true });
            return [{ what: "filter", ours, theirs: tf.tensor([...out], [...shape] as [number]) }];
          }),
      }));
      return cases.length > 0 ? [{ files: [file], cases }] : [];
    }),
};
