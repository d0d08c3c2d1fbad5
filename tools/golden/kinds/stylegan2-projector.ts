import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {
  noiseRegularization,
  numpyNormals,
  type ProjectionDraws,
  projectImages,
  styleStatistics,
  stylesOfLatents,
} from "qgan-core";
import { disposeParams, ready } from "tfjs-train";
import { absolute, relative } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFolder, GoldenKind } from "../golden-kind.ts";
import { channelsLast, fileWith, relativeTo, tensorOf } from "./stylegan2-case.ts";
import { type CommandRun, checkCommand, latentsOf, networkOf } from "./stylegan2-commands.ts";

interface StatisticsCase {
  readonly pickle: string;
  readonly w_std: number;
  readonly class_label: number | null;
  readonly z0_first5: readonly number[];
  readonly z9999_last3: readonly number[];
}

interface ProjectionCase {
  readonly pickle: string;
  readonly num_steps: number;
  readonly schedule: readonly { readonly step: number; readonly lr: number; readonly w_noise_scale: number }[];
  readonly printed_log: readonly string[];
  readonly initial_learning_rate: number;
  readonly initial_noise_factor: number;
  readonly lr_rampdown_length: number;
  readonly lr_rampup_length: number;
  readonly noise_ramp_length: number;
  readonly regularize_noise_weight: number;
}

interface ProjectorFile {
  readonly project: ProjectionCase;
  readonly noise_reg: Readonly<Record<string, number>>;
  readonly truncation_grid: { readonly psis: readonly number[]; readonly seeds: readonly number[] };
  readonly cli_runs: readonly CommandRun[];
  readonly fork_cosine_distances?: { readonly tensors: string; readonly distances: readonly number[] };
}

/** Means over 10 000 sums of float32 and what they are made of, relative to the largest value. */
const STATISTICS_TOLERANCE = 5e-6;
/** Relative to the largest value: ten times what the reference's networks differ by with another convolution, 4.9e-6. */
const IMAGE_TOLERANCE = 5e-5;
/** Float64 of about 1: the logarithm's last bit. */
const LAST_BIT = 5e-16;
/** The log is printed with two decimals. */
const PRINTED = 0.0051;
/** A sum of squares of numbers that agree to this, by the README's tolerance of losses. */
const LOSS_TOLERANCE = 3e-5;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isStatistics = (value: unknown): value is StatisticsCase =>
  isRecord(value) && ["pickle", "w_std", "class_label", "z0_first5"].every((key) => key in value);

async function checkStatistics(folder: GoldenFolder, name: string, one: StatisticsCase): Promise<Deviation[]> {
  await ready({ backend: "wasm" });
  const { network, params } = networkOf(folder, one.pickle);
  const label = one.class_label ?? undefined;
  const { mean, deviation } = await styleStatistics(network, params, label === undefined ? {} : { label });
  const draw = numpyNormals(123);
  const { latentSize } = network;
  const first = draw(5 * latentSize);
  const rest = draw(9995 * latentSize);
  const labels = label === undefined ? {} : { labels: Array.from({ length: 5 }, () => label) };
  const styles = await stylesOfLatents(network, params, Float32Array.from(first), labels);
  const { numStyles } = network.synthesis;
  const firstOfEach = tf.tidy(() =>
    tf.squeeze(tf.slice(tf.tensor3d(styles, [5, numStyles, network.styleSize]), [0, 0, 0], [5, 1, -1]), [1]),
  );
  const stored = (key: string) => tensorOf(fileWith(folder, `${name}.${key}`), `${name}.${key}`);
  const deviations = [
    absolute("first latents", first.subarray(0, 5), one.z0_first5, LAST_BIT),
    absolute("last latents", rest.subarray(-3), one.z9999_last3, LAST_BIT),
    relativeTo("first styles", firstOfEach, stored("first5_w"), STATISTICS_TOLERANCE),
    relativeTo("mean style", tf.tensor3d(mean, [1, 1, mean.length]), stored("w_avg"), STATISTICS_TOLERANCE),
    relative("deviation", deviation, one.w_std, STATISTICS_TOLERANCE),
  ];
  disposeParams(params);
  return deviations;
}

async function checkProjection(folder: GoldenFolder, one: ProjectionCase, backend: "cpu" | "wasm"): Promise<Deviation[]> {
  await ready({ backend });
  const file = fileWith(folder, "project.w_out");
  const { network, params } = networkOf(folder, one.pickle);
  const target = tf.tidy(() => {
    const levels = tensorOf(file, "project.target_uint8"); // [channels, size, size]
    return tf.expandDims(tf.sub(tf.div(tf.transpose(levels, [1, 2, 0]), 127.5), 1), 0) as tf.Tensor4D; // a fourth axis
  });
  const pad = (step: number) => String(step).padStart(2, "0");
  const values = (key: string) => tensorOf(file, key).dataSync<"float32">();
  const draws: ProjectionDraws = {
    noiseMap: (layer) => values(`project.noise_init.${layer.replace("synthesis.", "")}.noise_const`),
    styleNoise: (step) => values(`project.w_noise.step${pad(step)}`),
  };
  const found = tensorOf(file, "project.w_out");
  const size = network.styleSize;
  const deviations: Deviation[] = [];
  const steps = projectImages({
    network,
    params,
    targets: target,
    // The stand-in of the README: averages over 2×2 pixels of the 0..255 image, divided by 64.
    features: (images) => tf.div(tf.avgPool(tf.mul(tf.add(images, 1), 127.5) as tf.Tensor4D, 2, 2, "valid"), 64),
    statistics: await styleStatistics(network, params),
    draws,
    numSteps: one.num_steps,
    learningRate: one.initial_learning_rate,
    initialNoise: one.initial_noise_factor,
    noiseRamp: one.noise_ramp_length,
    rampDown: one.lr_rampdown_length,
    rampUp: one.lr_rampup_length,
    noiseWeight: one.regularize_noise_weight,
  });
  for await (const { step, distances, losses, learningRate, noiseScales, styles } of steps) {
    const at = `step ${step} on ${backend}`;
    const { lr, w_noise_scale } = one.schedule[step - 1];
    const [, distance, loss] = /dist\s+(\S+)\s+loss\s+(\S+)/.exec(one.printed_log[step - 1]) ?? [];
    const ours = tf.tensor1d((await styles()).subarray(0, size));
    const theirs = tf.squeeze(tf.slice(found, [step - 1, 0], [1, size]), [0]);
    deviations.push(
      absolute(`learning rate at ${at}`, [learningRate], [lr], 1e-12),
      relative(`noise scale at ${at}`, noiseScales[0], w_noise_scale, STATISTICS_TOLERANCE),
      absolute(`distance at ${at}`, [distances[0]], [Number(distance)], PRINTED + LOSS_TOLERANCE * Number(distance)),
      absolute(`loss at ${at}`, [losses[0]], [Number(loss)], PRINTED + LOSS_TOLERANCE * Number(loss)),
      relativeTo(`styles at ${at}`, ours, theirs, step === 1 ? STATISTICS_TOLERANCE : LOSS_TOLERANCE),
    );
  }
  disposeParams(params);
  return deviations;
}

function checkNoise(folder: GoldenFolder, terms: ProjectorFile["noise_reg"], backend: "cpu" | "wasm"): Promise<Deviation[]> {
  return ready({ backend }).then(() =>
    Object.entries(terms).map(([size, value]) => {
      const key = `noise_reg.${size}`;
      const map = tf.expandDims(tensorOf(fileWith(folder, key), key), 0) as tf.Tensor3D; // a matrix by the README
      return relative(`map of ${size} on ${backend}`, noiseRegularization(map).dataSync()[0], value, LOSS_TOLERANCE);
    }),
  );
}

async function checkTruncation(folder: GoldenFolder, { psis, seeds }: ProjectorFile["truncation_grid"]): Promise<Deviation[]> {
  await ready({ backend: "wasm" });
  const file = folder.files.find(
    ({ tensors }) => tensors && Object.keys(tensors.tensors).some((key) => key.startsWith("trunc.")),
  );
  const names = Object.keys(file?.tensors?.tensors ?? {}).flatMap((key) => /^trunc\.(.+)\.seed\d+$/.exec(key)?.[1] ?? []);
  const deviations: Deviation[] = [];
  for (const name of new Set(names)) {
    const { network, params } = networkOf(folder, join("pickle", `${name}.pkl`));
    for (const [index, seed] of seeds.entries()) {
      const latents = latentsOf([seed], network.latentSize);
      const labels = network.labelSize > 0 ? { labels: [index % network.labelSize] } : {};
      const rows: Float32Array[] = [];
      for (const psi of psis) rows.push(await stylesOfLatents(network, params, latents, { ...labels, truncation: { psi } }));
      const { numStyles } = network.synthesis;
      const styles = tf.tensor3d(Float32Array.from(rows.flatMap((row) => [...row])), [psis.length, numStyles, network.styleSize]);
      const theirs = channelsLast(tensorOf(file, `trunc.${name}.seed${seed}`));
      deviations.push(relativeTo(`${name}, seed ${seed}`, network.synthesis.apply(params, styles), theirs, IMAGE_TOLERANCE));
    }
    disposeParams(params);
  }
  return deviations;
}

/** Cosine distances of pairs of rows of a TSV file. */
function checkRows(
  folder: GoldenFolder,
  { tensors, distances }: NonNullable<ProjectorFile["fork_cosine_distances"]>,
): Deviation[] {
  const file = folder.files.find(({ path }) => path.endsWith(tensors.split("/").at(-1) ?? tensors));
  const rows = readFileSync(file?.absolutePath ?? "", "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("\t").map(Number));
  const product = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
  return distances.map((distance, i) => {
    const [a, b] = [rows[2 * i], rows[2 * i + 1]];
    return absolute(`pair ${i}`, [1 - product(a, b) / Math.sqrt(product(a, a) * product(b, b))], [distance], 1e-12);
  });
}

/** The projector, its statistics and noise, truncation, and the generating programs. golden/stylegan2/README.md (projector). */
export const stylegan2Projector: GoldenKind = {
  name: "stylegan2-projector",
  find(folder) {
    return folder.files.flatMap((file) => {
      const { json } = file;
      if (!isRecord(json) || !("project" in json && "noise_reg" in json)) return [];
      const parts = json as unknown as ProjectorFile & Record<string, unknown>; // its fields are there
      const cases: GoldenCase[] = Object.entries(json)
        .filter((entry): entry is [string, StatisticsCase] => isStatistics(entry[1]))
        .map(([name, one]) => ({ name: `styles of ${name}`, check: () => checkStatistics(folder, name, one) }));
      for (const backend of ["cpu", "wasm"] as const) {
        cases.push({ name: `noise regularisation on ${backend}`, check: () => checkNoise(folder, parts.noise_reg, backend) });
        cases.push({ name: `projection on ${backend}`, check: () => checkProjection(folder, parts.project, backend) });
      }
      if (parts.truncation_grid) cases.push({ name: "truncation", check: () => checkTruncation(folder, parts.truncation_grid) });
      for (const run of (parts.cli_runs ?? []).filter(
        ({ exit_code, files }) => exit_code === 0 && files.some((name) => name.endsWith(".png")),
      ))
        cases.push({ name: `${run.script} ${run.args.join(" ")}`, check: () => checkCommand(folder, run) });
      const rows = parts.fork_cosine_distances;
      if (rows) cases.push({ name: "cosine distances of rows", check: () => checkRows(folder, rows) });
      const others = folder.files.filter(
        ({ path, tensors }) =>
          /\.(npz|tsv|png)$/.test(path) || (tensors && Object.keys(tensors.tensors).some((key) => key.startsWith("project."))),
      );
      return [{ files: [file, ...others], cases }];
    });
  },
};
