import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { largestDifference } from "../compare.ts";
import type { Deviation, GoldenFile, GoldenFolder } from "../golden-kind.ts";

/**
 * Relative to a tensor's largest value. The README of golden/stylegan2: max(10 × what two runs of the reference differ by, 5e-6),
 * and the former is at most 2.4e-7 for these operations.
 */
export const TOLERANCE = 5e-6;
const BACKENDS = ["cpu", "wasm"] as const;

/** A case of an operation: keyword arguments in the reference's words, and keys of tensors. */
export type OperationCase = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The cases of a file if every one has the given fields. */
export function casesWith({ json }: GoldenFile, fields: readonly string[]): readonly OperationCase[] {
  if (!isRecord(json) || !Array.isArray(json.cases) || json.cases.length === 0) return [];
  const hasAll = (one: unknown) =>
    isRecord(one) && isRecord(one.args) && fields.every((field) => field in one) && typeof one.name === "string";
  return json.cases.every(hasAll) ? json.cases : [];
}

/** The safetensors file of the folder that holds a tensor. */
export function fileWith(folder: GoldenFolder, key: string): GoldenFile | undefined {
  return folder.files.find(({ tensors }) => tensors && Object.hasOwn(tensors.tensors, key));
}

/** A stored tensor as it is. */
export function tensorOf(file: GoldenFile | undefined, key: string): tf.Tensor {
  const tensor = file?.tensors?.tensors[key];
  if (!tensor) throw new Error(`no tensor "${key}" beside the case`);
  return tf.tensor(Float32Array.from(tensor.data as ArrayLike<number>), [...tensor.shape] as [number]); // F32 by the README
}

/** NCHW as NHWC; other ranks as they are. */
export function channelsLast<T extends tf.Tensor>(x: T): T {
  return x.rank === 4 ? tf.transpose(x, [0, 2, 3, 1]) : x;
}

/** Ours and the stored, of one quantity. */
interface Comparison {
  readonly what: string;
  readonly ours: tf.Tensor;
  readonly theirs: tf.Tensor;
}

/** The largest difference over the largest value of the stored tensor; NaN where the shapes differ. */
export function relativeTo(what: string, ours: tf.Tensor, theirs: tf.Tensor, tolerance: number): Deviation {
  const reference = theirs.dataSync<"float32">();
  const largest = reference.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const error = tf.util.arraysEqual(ours.shape, theirs.shape)
    ? largestDifference(ours.dataSync(), reference) / (largest || 1)
    : Number.NaN;
  return { what, error, tolerance };
}

/**
 * The tolerance of a file's tensors by the README: max(10 × what two runs of the reference differ by, `least`), where the former
 * stands in the NUMERICS.json of the folder above; a file that it does not list gets the largest of its folder.
 */
export function toleranceOf({ absolutePath }: GoldenFile, least: number): number {
  const folder = dirname(absolutePath);
  const path = join(dirname(folder), "NUMERICS.json");
  if (!existsSync(path)) return least;
  const { files = {} } = JSON.parse(readFileSync(path, "utf8")) as { files?: Record<string, Record<string, number>> };
  const differences = Object.entries(files).filter(([name]) => dirname(name) === basename(folder));
  const own = differences.find(([name]) => basename(name) === basename(absolutePath));
  const difference = Math.max(0, ...(own ? [own] : differences).map(([, numbers]) => numbers.max_rel_to_tensor_max));
  return Math.max(10 * difference, least);
}

/** Runs a comparison on every backend that needs nothing installed. */
export async function onBackends(run: () => readonly Comparison[]): Promise<Deviation[]> {
  const deviations: Deviation[] = [];
  for (const backend of BACKENDS) {
    await ready({ backend });
    tf.tidy(() => {
      for (const { what, ours, theirs } of run()) {
        deviations.push(relativeTo(`${what} on ${backend}`, ours, theirs, TOLERANCE));
      }
    });
  }
  return deviations;
}
