import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { createStyleGan2Network, generatorOptionsOf, paramsFromStateDict, pixelsFromImages } from "qgan-core";
import { UsageError } from "repro-kit";
import { readStyleGanPickle, ready, type StyleGanSnapshot, type WeightTensor } from "tfjs-train";
import { absolute } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenKind } from "../golden-kind.ts";
import { channelsLast, relativeTo, tensorOf, toleranceOf } from "./stylegan2-case.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const stem = (path: string): string => basename(path).replace(/\.[^.]+$/, "");

/** Relative to the largest value: ten times what the reference's networks differ by with another convolution, 4.9e-6. */
const IMAGE_TOLERANCE = 5e-5;
/** A value on the border of two levels may fall to either side. */
const ONE_LEVEL = 1;

/** Tensors of an image that a network drew. */
const isDrawn = (name: string): boolean => /^seed\d+\./.test(name);

/** 0 where both are the same, else 1: such things have no distance. */
const same = (what: string, ours: unknown, theirs: unknown): Deviation => ({
  what,
  error: isDeepStrictEqual(plain(ours), plain(theirs)) ? 0 : 1,
  tolerance: 0,
});
/** Without prototypes and with JSON's numbers. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

function checkTensors({ networks }: StyleGanSnapshot, theirs: Readonly<Record<string, WeightTensor>>): Deviation[] {
  const ours = new Map<string, WeightTensor>(
    Object.entries(networks).flatMap(([network, { tensors }]) =>
      Object.entries(tensors).map(([name, tensor]) => [`${network}.${name}`, tensor] as const),
    ),
  );
  const names = Object.keys(theirs).filter((name) => !isDrawn(name));
  const deviations = [same("names of tensors", [...ours.keys()].sort(), names.sort())];
  for (const name of names) {
    const tensor = ours.get(name);
    if (!tensor) continue; // the names above tell
    deviations.push(same(`shape of ${name}`, tensor.shape, theirs[name].shape));
    deviations.push(absolute(name, tensor.data as ArrayLike<number>, theirs[name].data as ArrayLike<number>, 0)); // F32
  }
  return deviations;
}

/** The fields of the index that a snapshot holds: settings, and of each network its class, arguments and plain attributes. */
function checkDescription({ networks, settings }: StyleGanSnapshot, described: Record<string, unknown>): Deviation[] {
  return listText(described.top_level_keys).flatMap((key) => {
    const theirs = described[key];
    const ours = networks[key];
    if (!ours) return [same(key, settings[key], theirs)];
    if (!isRecord(theirs)) return [same(`${key} is a network`, true, false)];
    const deviations = [same(`arguments of ${key}`, ours.initKwargs, theirs.init_kwargs)];
    if ("class" in theirs) deviations.push(same(`class of ${key}`, ours.className, theirs.class));
    if (isRecord(theirs.attributes))
      for (const [name, value] of Object.entries(theirs.attributes))
        if (!name.startsWith("_")) deviations.push(same(`${key}.${name}`, ours.attributes[name], value));
    return deviations;
  });
}

const listText = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** Variants (`<name>_numpy1`, `<name>_era2021`) hold what the file of the longest name that theirs begins with holds. */
function referenceOf(file: GoldenFile, references: readonly GoldenFile[]): GoldenFile | undefined {
  return references
    .filter(({ path }) => stem(file.path) === stem(path) || stem(file.path).startsWith(`${stem(path)}_`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** Images of the averaged generator: styles, images at several truncations, and their levels. The class of a seed is seed mod classes. */
async function checkImages(file: GoldenFile, reference: GoldenFile): Promise<Deviation[]> {
  const { G_ema: snapshot } = readStyleGanPickle(readFileSync(file.absolutePath)).networks;
  const network = createStyleGan2Network(generatorOptionsOf(snapshot.initKwargs));
  const names = Object.keys(reference.tensors?.tensors ?? {});
  const seeds = [...new Set(names.flatMap((name) => /^seed(\d+)\./.exec(name)?.[1] ?? []))];
  const tolerance = toleranceOf(reference, IMAGE_TOLERANCE);
  await ready({ backend: "wasm" });
  const deviations: Deviation[] = [];
  tf.tidy(() => {
    const params = paramsFromStateDict(snapshot.tensors);
    for (const seed of seeds) {
      const stored = (key: string) => channelsLast(tensorOf(reference, `seed${seed}.${key}`));
      const z = stored("z") as tf.Tensor2D; // [1, latentSize] by the README
      const { labelSize } = network;
      const row = Array.from({ length: labelSize }, (_, k) => (k === Number(seed) % labelSize ? 1 : 0));
      const labels = labelSize > 0 ? tf.tensor2d([row]) : null;
      deviations.push(relativeTo(`styles of seed ${seed}`, network.styles(params, z, { labels }), stored("ws"), tolerance));
      for (const name of names) {
        const psi = new RegExp(`^seed${seed}\\.psi(-?[\\d.]+)\\.img$`).exec(name)?.[1];
        if (psi === undefined) continue;
        const image = network.apply(params, z, { labels, truncation: { psi: Number(psi) } });
        deviations.push(relativeTo(`image of seed ${seed}, psi ${psi}`, image, stored(`psi${psi}.img`), tolerance));
        const levels = tensorOf(reference, `seed${seed}.psi${psi}.uint8`).dataSync();
        deviations.push(absolute(`levels of seed ${seed}, psi ${psi}`, pixelsFromImages(image.dataSync()), levels, ONE_LEVEL));
      }
    }
  });
  return deviations;
}

/** Snapshots of stylegan2-ada-pytorch: every tensor, the constructors' arguments, the settings. golden/stylegan2/README.md (pickle). */
export const styleGan2Pickles: GoldenKind = {
  name: "stylegan2-pickles",
  find({ files }) {
    const index = files.find(({ json }) => isRecord(json) && listOf(json.pickles).some(({ top_level_keys }) => top_level_keys));
    if (!index) return [];
    const described = listOf((index.json as Record<string, unknown>).pickles); // a record, by the line above
    const references = files.filter(
      ({ tensors }) => tensors && Object.keys(tensors.tensors).some((name) => /^G(_ema)?\./.test(name)),
    );
    const pickles = files.filter(({ path }) => path.endsWith(".pkl"));
    const cases: GoldenCase[] = pickles.map((file) => {
      const reference = referenceOf(file, references)?.tensors;
      const description = described.find(({ name }) => name === stem(file.path));
      const check = (): Deviation[] => {
        const snapshot = readStyleGanPickle(readFileSync(file.absolutePath));
        return [
          ...(reference ? checkTensors(snapshot, reference.tensors) : []),
          ...(description ? checkDescription(snapshot, description) : []),
        ];
      };
      return { name: basename(file.path), check };
    });
    for (const file of pickles) {
      const reference = referenceOf(file, references);
      if (reference?.tensors && Object.keys(reference.tensors.tensors).some(isDrawn))
        cases.push({ name: `images of ${basename(file.path)}`, check: () => checkImages(file, reference) });
    }
    return [{ files: [index, ...references, ...pickles], cases }];
  },
};

/** Name that a case says the file asks for: `GLOBAL 'os system'` is os.system. */
function askedFor(one: Record<string, unknown>): string | undefined {
  const texts = listText(one.notable_ops).flatMap(
    (text) => /^(?:GLOBAL|INST) '(\S+) (\S+)'/.exec(text)?.slice(1, 3).join(".") ?? [],
  );
  return texts.find((name) => name !== "numpy.dtype"); // a name that is allowed; what it is given is not
}

/** Files that must be refused in one sentence, which says the name that the file asks for, or the opcode that is not read. */
export const styleGan2PicklesRefused: GoldenKind = {
  name: "stylegan2-pickles-refused",
  find({ files, root }) {
    return files.flatMap((index) => {
      const cases = isRecord(index.json) ? listOf(index.json.cases) : [];
      const isOurs = cases.length > 0 && cases.every((one) => typeof one.file === "string" && one.reason && "bytes" in one);
      if (!isOurs) return [];
      const listed = cases.map((one) => String(one.file));
      const claimed = files.filter(({ path }) => listed.some((file) => basename(file) === basename(path)));
      return [
        {
          files: [index, ...claimed],
          cases: cases.map((one) => ({
            name: `${basename(String(one.file))}: ${String(one.reason)}`,
            check: () => [checkRefusal(join(root, dirname(index.path), basename(String(one.file))), askedFor(one))],
          })),
        },
      ];
    });
  },
};

function checkRefusal(path: string, name: string | undefined): Deviation {
  const what = "refused in one sentence";
  try {
    readStyleGanPickle(readFileSync(path));
  } catch (error) {
    if (!UsageError.isInstance(error)) throw error;
    const isSentence = /^\[\w+\] .+\.$/s.test(error.message);
    // Files of protocol 0 may end at an opcode that is not read before they name anything.
    const isNamed = name === undefined || error.message.includes(name) || /opcode 0x/.test(error.message);
    return { what: name ? `${what} that says ${name} or the opcode` : what, error: isSentence && isNamed ? 0 : 1, tolerance: 0 };
  }
  return { what, error: 1, tolerance: 0 };
}
