import * as tf from "@tensorflow/tfjs-core";
import { type ActivationName, activations, type BiasActOptions, biasAct } from "tfjs-train";
import { relative } from "../compare.ts";
import type { Deviation, GoldenFile, GoldenKind } from "../golden-kind.ts";
import { casesWith, channelsLast, fileWith, type OperationCase, onBackends, tensorOf } from "./stylegan2-case.ts";

function optionsOf({ args, dim }: OperationCase, rank: number): BiasActOptions {
  const { act, ...rest } = args;
  const axis = Number(dim ?? 1);
  // The channels of an image move to the end.
  const moved = rank === 4 ? [0, 3, 1, 2][axis] : axis;
  return { ...rest, axis: moved, activation: (act ?? "linear") as ActivationName }; // the op checks the name
}

function check(one: OperationCase, file: GoldenFile | undefined): Promise<Deviation[]> {
  return onBackends(() => {
    const stored = (key: unknown) => channelsLast(tensorOf(file, String(key)));
    const x = stored(one.x);
    const inputs = one.b ? [x, stored(one.b)] : [x];
    const options = optionsOf(one, x.rank);
    const run = (...given: tf.Tensor[]) => biasAct(given[0], (given[1] as tf.Tensor1D | undefined) ?? null, options);
    const dy = stored(one.dy);
    const gradients = tf.grads(run)(inputs, dy);
    const comparisons = [
      { what: "y", ours: run(...inputs), theirs: stored(one.y) },
      { what: "dx", ours: gradients[0], theirs: stored(one.dx) },
    ];
    if (one.b) comparisons.push({ what: "db", ours: gradients[1], theirs: stored(one.db) });
    if (!one.v) return comparisons;
    // Second order: of sum(dx·v) by dy and x.
    const second = tf.engine().gradients(
      () => tf.sum(tf.mul(tf.grads(run)(inputs, dy)[0], stored(one.v))),
      [dy, x],
      undefined,
      true, // a slope that is constant does not depend on x
    ).grads as (tf.Tensor | null)[];
    comparisons.push({ what: "d_dy", ours: second[0] ?? tf.zerosLike(dy), theirs: stored(one.d_dy) });
    comparisons.push({ what: "d_x", ours: second[1] ?? tf.zerosLike(x), theirs: stored(one.d_x) });
    return comparisons;
  });
}

type Defaults = Readonly<Record<string, { readonly def_alpha: number; readonly def_gain: number }>>;

/** The slopes and gains that the activations have by default. */
function checkDefaults(defaults: Defaults): Deviation[] {
  return Object.entries(defaults).flatMap(([name, { def_alpha, def_gain }]) => {
    const ours = activations.find((activation) => activation.name === name);
    return [
      relative(`alpha of ${name}`, ours?.defaultAlpha ?? Number.NaN, def_alpha, 0),
      relative(`gain of ${name}`, ours?.defaultGain ?? Number.NaN, def_gain, 1e-15),
    ];
  });
}

/** Bias, activation, gain and clamp: values, gradients and their gradients. */
export const stylegan2BiasAct: GoldenKind = {
  name: "stylegan2-bias-act",
  find: (folder) =>
    folder.files.flatMap((file) => {
      const cases = casesWith(file, ["x", "b", "y", "dy", "dx", "db"]);
      if (cases.length === 0) return [];
      const files = new Set(cases.flatMap(({ y }) => fileWith(folder, String(y)) ?? []));
      const { activation_defaults: defaults } = file.json as { activation_defaults?: Defaults };
      return [
        {
          files: [file, ...files],
          cases: [
            ...cases.map((one) => ({ name: one.name, check: () => check(one, fileWith(folder, String(one.y))) })),
            ...(defaults ? [{ name: "defaults", check: () => checkDefaults(defaults) }] : []),
          ],
        },
      ];
    }),
};
