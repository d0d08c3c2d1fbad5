import type { GoldenFile, GoldenKind } from "../golden-kind.ts";

/** Fields that tell a JSON file which holds no cases: manifests, state tables, timings, logs, label lists. */
const TABLES: readonly (readonly string[])[] = [
  ["note", "files"], // which numbers of a branch are approximate
  ["seed", "tensors"], // recipe weights: sums per tensor
  ["mage_vit_base_patch16"], // names and shapes of the full model
  ["sum_abssum"], // recipe weights of ResNet-50
  ["directory", "stdout", "stats_jsonl"], // a training log
  ["note", "cpu", "training"], // timings
  ["labels"], // dataset labels, an input of other cases
];

const isTable = ({ json }: GoldenFile): boolean =>
  typeof json === "object" && json !== null && TABLES.some((fields) => fields.every((field) => field in json));

/** READMEs, pictures, archives and pickles are material of the cases that name them. */
const isMaterial = ({ path }: GoldenFile): boolean => !path.endsWith(".json") && !path.endsWith(".safetensors");

export const noCases: GoldenKind = {
  name: "no-cases",
  find: ({ files }) => [{ files: files.filter((file) => isMaterial(file) || isTable(file)), cases: [] }],
};
