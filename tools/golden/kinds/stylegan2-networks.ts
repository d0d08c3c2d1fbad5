import * as tf from "@tensorflow/tfjs-core";
import {
  createDiscriminator,
  createStyleGan2Network,
  discriminatorOptionsOf,
  generatorOptionsOf,
  nextStyleAverage,
  paramsFromStateDict,
  pixelsFromImages,
  truncateStyles,
} from "qgan-core";
import { type Params, ready, valueAndGrads } from "tfjs-train";
import { largestDifference } from "../compare.ts";
import type { Deviation, GoldenFile, GoldenKind } from "../golden-kind.ts";
import { channelsLast, relativeTo, TOLERANCE, tensorOf, toleranceOf } from "./stylegan2-case.ts";

interface NetworkCase {
  readonly name: string;
  readonly file: string;
  readonly kind: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly num_ws?: number;
  readonly num_params: number;
  readonly state: StateLists;
}

export interface StateLists {
  readonly params: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly buffers: readonly (readonly [name: string, shape: readonly number[]])[];
}

/** A value that lies on the border of two levels may fall to either side. */
const ONE_LEVEL = 1;
const BACKENDS = ["cpu", "wasm"] as const;

const hasFields = (one: unknown): one is NetworkCase =>
  typeof one === "object" && one !== null && ["file", "kind", "kwargs", "num_params", "state"].every((field) => field in one);

/** Names and shapes of our network against the reference's lists. */
export function checkState(parameters: ReturnType<typeof specsOf>, { params, buffers }: StateLists): Deviation[] {
  const text = (list: readonly (readonly [string, readonly number[]])[]) =>
    [...list].map(([name, shape]) => `${name} ${shape.join("×")}`).sort();
  const compare = (what: string, isTrainable: boolean, theirs: StateLists["params"]): Deviation => {
    const ours = text(parameters.filter((spec) => spec.isTrainable === isTrainable).map(({ name, shape }) => [name, shape]));
    const wanted = text(theirs);
    const differing = wanted.filter((one) => !ours.includes(one)).length + ours.filter((one) => !wanted.includes(one)).length;
    return { what: `names and shapes of ${what}`, error: differing, tolerance: 0 };
  };
  return [compare("parameters", true, params), compare("buffers", false, buffers)];
}

/** Our tensors with PyTorch's shapes. */
export function specsOf(
  parameters: readonly { readonly name: string; readonly shape: readonly number[]; readonly isTrainable: boolean }[],
) {
  return parameters.map(({ name, shape, isTrainable }) => ({ name, isTrainable, shape: torchShape(name, shape) }));
}

function torchShape(name: string, shape: readonly number[]): readonly number[] {
  if (/\.(noise_const|resample_filter)$/.test(name)) return shape;
  if (shape.length === 4) return [shape[3], shape[2], shape[0], shape[1]];
  return shape.length === 2 ? [shape[1], shape[0]] : shape;
}

type Compare = (what: string, ours: tf.Tensor, key: string) => void;

function checkGenerator({ kwargs, num_ws, state, num_params }: NetworkCase, file: GoldenFile): Deviation[] {
  const network = createStyleGan2Network(generatorOptionsOf(kwargs));
  const specs = specsOf(network.parameters);
  const count = specs
    .filter(({ isTrainable }) => isTrainable)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const deviations = [
    ...checkState(specs, state),
    { what: "number of parameters", error: Math.abs(count - num_params), tolerance: 0 },
    { what: "number of styles", error: Math.abs(network.synthesis.numStyles - Number(num_ws)), tolerance: 0 },
  ];
  deviations.push(
    ...compareTensors(file, (has, compare) => {
      const params = paramsFromStateDict(tensorsWith(file, "param."));
      const stored = (key: string) => channelsLast(tensorOf(file, key));
      const z = stored("in.z") as tf.Tensor2D; // ranks by the README
      const labels = has("in.c") ? (stored("in.c") as tf.Tensor2D) : null;
      const styles = network.styles(params, z, { labels });
      compare("ws", styles, "out.ws");
      for (const key of keysOf(file, /^out\.ws_psi/)) {
        const [, psi, cutoff] = /psi(-?[\d.]+)(?:_cutoff(\d+))?$/.exec(key) ?? [];
        const truncation = { psi: Number(psi), ...(cutoff ? { cutoff: Number(cutoff) } : {}) };
        compare(key, network.styles(params, z, { labels, truncation }), key);
      }
      const average = params["mapping.w_avg"];
      const image = network.synthesis.apply(params, styles);
      compare("image with stored noise", image, "out.img_const");
      compare("image in training", image, "train.img_const_unfused");
      compare("image without noise", network.synthesis.apply(params, styles, { noise: "none" }), "out.img_none");
      for (const key of keysOf(file, /^out\.img_const_psi/)) {
        const psi = Number(/psi(-?[\d.]+)$/.exec(key)?.[1]);
        compare(key, network.synthesis.apply(params, truncateStyles(styles, average, { psi })), key);
      }
      const w = tf.reshape(tf.slice(styles, [0, 0, 0], [-1, 1, -1]), [z.shape[0], network.styleSize]) as tf.Tensor2D;
      compare("w_avg after a batch", nextStyleAverage(average, w), "train.w_avg_after_one_mapping_call");
      if (has("in.ws_mixed"))
        compare("mixed styles", network.synthesis.apply(params, stored("in.ws_mixed") as tf.Tensor3D), "out.img_mixed");
      if (has("out.img_random_noise")) {
        const noise = (layer: string) => stored(`random_noise.${layer.replace("synthesis.", "")}`);
        compare("image with given noise", network.synthesis.apply(params, styles, { noise }), "out.img_random_noise");
      }
      network.synthesis.apply(params, styles, {
        watch: (block, x, made) => {
          const name = `block.${block.replace("synthesis.", "")}`;
          compare(`${name}.x`, x, `${name}.x`);
          if (made) compare(`${name}.img`, made, `${name}.img`);
        },
      });
      if (!has("grad.dimg")) return;
      const dimg = stored("grad.dimg");
      const inner = { ...params, z, ws: styles };
      const { grads } = valueAndGrads((all: Params) => {
        const image = network.apply(all, all.z as tf.Tensor2D, { labels });
        return tf.sum(tf.mul(image, dimg));
      })(inner);
      for (const [name, grad] of Object.entries(grads)) {
        if (name === "z") compare("gradient by z", grad, "grad.z");
        else if (has(`grad.param.${name}`)) compare(`gradient by ${name}`, grad, `grad.param.${name}`);
      }
      const byStyles = tf.grad((ws: tf.Tensor) => tf.sum(tf.mul(network.synthesis.apply(params, ws as tf.Tensor3D), dimg)))(
        styles,
      );
      compare("gradient by the styles", byStyles, "grad.ws");
    }),
  );
  return [...deviations, ...checkPixels(file)];
}

/** Their image in levels by our rule. */
function checkPixels(file: GoldenFile): Deviation[] {
  if (!file.tensors || !("out.img_uint8" in file.tensors.tensors)) return [];
  return tf.tidy(() => {
    const pixels = pixelsFromImages(channelsLast(tensorOf(file, "out.img_const")).dataSync());
    const theirs = tensorOf(file, "out.img_uint8").dataSync();
    return [{ what: "levels", error: largestDifference(pixels, theirs), tolerance: ONE_LEVEL }];
  });
}

function checkDiscriminator({ kwargs, state, num_params }: NetworkCase, file: GoldenFile): Deviation[] {
  const network = createDiscriminator(discriminatorOptionsOf(kwargs));
  const specs = specsOf(network.parameters);
  const count = specs
    .filter(({ isTrainable }) => isTrainable)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return [
    ...checkState(specs, state),
    { what: "number of parameters", error: Math.abs(count - num_params), tolerance: 0 },
    ...compareTensors(file, (has, compare) => {
      const params = paramsFromStateDict(tensorsWith(file, "param."));
      const images = channelsLast(tensorOf(file, "in.img")) as tf.Tensor4D; // ranks by the README
      const labels = has("in.c") ? (tensorOf(file, "in.c") as tf.Tensor2D) : null;
      const first = (count: number) => ({
        images: tf.slice(images, [0, 0, 0, 0], [count, -1, -1, -1]),
        labels: labels && tf.slice(labels, [0, 0], [count, -1]),
      });
      const logits = network.apply(params, images, {
        labels,
        watch: (name, x) => {
          if (name === "cmap") compare("projection", x, "out.cmap");
          else compare(name, x, name === "b4.mbstd" ? "block.b4.after_mbstd" : `block.${name}.x`);
        },
      });
      compare("logits", logits, "out.logits");
      for (const key of keysOf(file, /^out\.logits_first\d+$/)) {
        const part = first(Number(/\d+$/.exec(key)?.[0]));
        compare(key, network.apply(params, part.images, { labels: part.labels }), key);
      }
      if (!has("grad.dlogits")) return;
      const dlogits = tensorOf(file, "grad.dlogits");
      const { grads } = valueAndGrads((all: Params) =>
        tf.sum(tf.mul(network.apply(all, all.images as tf.Tensor4D, { labels }), dlogits)),
      )({ ...params, images });
      for (const [name, grad] of Object.entries(grads)) {
        if (name === "images") compare("gradient by the images", grad, "grad.img");
        else if (has(`grad.param.${name}`)) compare(`gradient by ${name}`, grad, `grad.param.${name}`);
      }
    }),
  ];
}

const keysOf = (file: GoldenFile, pattern: RegExp): string[] =>
  Object.keys(file.tensors?.tensors ?? {}).filter((key) => pattern.test(key));

/** The tensors of a file below a prefix, as a weight file. */
export function tensorsWith(file: GoldenFile, prefix: string) {
  const entries = Object.entries(file.tensors?.tensors ?? {}).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, tensor]) => [key.slice(prefix.length), tensor]));
}

/** Runs comparisons with stored tensors that exist: images as NHWC, weights in our layout. */
function compareTensors(file: GoldenFile, run: (has: (key: string) => boolean, compare: Compare) => void): Deviation[] {
  const deviations: Deviation[] = [];
  const tolerance = toleranceOf(file, TOLERANCE);
  const has = (key: string) => Object.hasOwn(file.tensors?.tensors ?? {}, key);
  const compare: Compare = (what, ours, key) => {
    if (!has(key)) return;
    const theirs = key.startsWith("grad.param.")
      ? paramsFromStateDict({ [key.slice("grad.param.".length)]: tensorsWith(file, key)[""] })[key.slice("grad.param.".length)]
      : channelsLast(tensorOf(file, key));
    deviations.push(relativeTo(`${what} on ${tf.getBackend()}`, ours, theirs, tolerance));
  };
  tf.tidy(() => run(has, compare));
  return deviations;
}

async function onBackends(check: () => Deviation[]): Promise<Deviation[]> {
  const deviations: Deviation[] = [];
  for (const backend of BACKENDS) {
    await ready({ backend });
    deviations.push(...check());
  }
  return deviations;
}

/** Generators and discriminators: state names and shapes, values at every stage, gradients. */
export const stylegan2Networks: GoldenKind = {
  name: "stylegan2-networks",
  find: ({ files }) =>
    files.flatMap((index) => {
      const cases = (index.json as { cases?: unknown } | undefined)?.cases;
      if (!Array.isArray(cases) || cases.length === 0 || !cases.every(hasFields)) return [];
      const found = cases.map((one) => ({ one, file: files.find(({ path }) => path.endsWith(one.file)) }));
      return [
        {
          files: [index, ...found.flatMap(({ file }) => file ?? [])],
          cases: found.map(({ one, file }) => ({
            name: one.name,
            check: () => {
              if (!file) throw new Error(`no file ${one.file} beside the index`);
              return onBackends(() => (one.kind === "Generator" ? checkGenerator(one, file) : checkDiscriminator(one, file)));
            },
          })),
        },
      ];
    }),
};
