import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import {
  drawLatents,
  generate,
  imagesOfStyles,
  numpyNormals,
  type StyleNetwork,
  styleNetworkOf,
  styleNetworkOfSnapshot,
  stylesOfLatents,
} from "qgan-core";
import { expect, listKnown, UsageError } from "repro-kit";
import { disposeParams, readStyleGanPickle } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { readOptionsFile } from "../run-folder/options-file.ts";
import { type CheckpointChoice, chooseCheckpoint, loadGenerator } from "./load-generator.ts";
import { isAddress, snapshotFile } from "./snapshot-file.ts";

/** Where a generator comes from: a run of `qgan train`, or a snapshot of stylegan2-ada-pytorch. */
export interface GeneratorChoice {
  /** A run folder. */
  readonly run?: string;
  /** Which of the run's checkpoints. Default "latest". */
  readonly checkpoint?: CheckpointChoice;
  /** A snapshot (.pkl) of stylegan2-ada-pytorch: a file, its address or a preset's name; nothing in it is executed. */
  readonly network?: string;
}

export interface DrawOptions {
  /** Class of each seed. */
  readonly labels?: readonly number[];
  readonly truncation?: { readonly psi: number; readonly cutoff?: number };
  /** Noise of the synthesis network; "random" is drawn by the image's seed. Default "const". */
  readonly noise?: "const" | "none" | "random";
}

/** A generator to draw images from, whichever of the two it is. */
export interface OpenedGenerator {
  /** "stylegan2 of skin.zip" or the like. */
  readonly title: string;
  /** SHA-256 that tells its weights apart. */
  readonly digest: string;
  /** Rows of a model card. */
  readonly provenance: Readonly<Record<string, string>>;
  readonly fromPhantoms: boolean;
  /** [height, width, channels]. */
  readonly imageShape: readonly [number, number, number];
  /** 0 for generators without classes. */
  readonly labelSize: number;
  /** Names of the classes by label, where they are known. */
  readonly classes: readonly string[];
  /** The one class that a run learned by itself. */
  readonly ownClass?: string;
  readonly backend: string;
  /** Network and parameters of style-based generators. */
  readonly styles?: StyleNetwork;
  /** Latents, a seed a row: numpy's for a .pkl, as its own program draws them; this program's for a run. */
  latents(seeds: readonly number[]): Float32Array;
  /** uint8 NHWC; image i depends on seed i only. */
  draw(seeds: readonly number[], options?: DrawOptions): Promise<Uint8Array>;
  dispose(): void;
}

/**
 * Opens a generator. Call `ready()` of tfjs-train before the first image, with `backend`.
 *
 * @throws UsageError if neither or both sources are given, or the source cannot be read.
 */
export async function openGenerator(
  scope: string,
  { run, checkpoint, network }: GeneratorChoice,
  hooks: LabHooks = {},
): Promise<OpenedGenerator> {
  expect(
    (run === undefined) !== (network === undefined),
    scope,
    "give a run folder with --run, or a StyleGAN2-ADA snapshot with --network <file.pkl>: one of the two.",
  );
  expect(network === undefined || checkpoint === undefined, scope, "--checkpoint belongs to --run; a .pkl holds one network.");
  if (network === undefined) return openRun(run as string, checkpoint); // one of the two is given
  return openPickle(await snapshotFile(network, { scope, flag: "--network", hooks }), network);
}

/** The backend that a generator's source asks for, without loading it. */
export async function backendOf({ run }: GeneratorChoice): Promise<string> {
  return run === undefined ? "auto" : (await readOptionsFile(run)).training.backend;
}

async function openRun(run: string, checkpoint: CheckpointChoice | undefined): Promise<OpenedGenerator> {
  const { model: trained, data, training } = await readOptionsFile(run);
  const folder = await chooseCheckpoint(run, checkpoint);
  const loaded = await loadGenerator(folder);
  const { generator } = loaded.model;
  const { labelSize = 0 } = generator;
  const made = styleNetworkOf(loaded.model, loaded.params);
  const latents = (seeds: readonly number[]): Float32Array => drawLatents(generator, seeds);
  return {
    title: `${trained.name}, ${data.class ?? "all images"} of ${data.name}`,
    digest: loaded.digest,
    provenance: {
      model: `${trained.name}${trained.preset ? `, preset ${trained.preset}` : ""}`,
      checkpoint: `${loaded.folder}, ${loaded.images} images seen`,
      "checkpoint's averaged weights (sha256)": loaded.digest,
      "training images": `${data.numTrain} of ${data.name}`,
      "dataset digest (sha256)": data.digest,
    },
    fromPhantoms: data.isPhantom,
    imageShape: generator.imageShape,
    labelSize,
    classes: labelSize > 0 ? data.classes.map(({ name }) => name) : [],
    ...(data.class === undefined ? {} : { ownClass: data.class }),
    backend: training.backend,
    ...(made ? { styles: made } : {}),
    latents,
    draw: (seeds, { noise, ...options } = {}) =>
      made && noise === "random"
        ? drawByStyles(made, seeds, latents(seeds), { noise, ...options })
        : generate(loaded.model, loaded.params, seeds, { ...options, ...(noise && noise !== "random" ? { noise } : {}) }),
    dispose: () => loaded.dispose(),
  };
}

/** @param named - What the user called it. */
async function openPickle(path: string, named: string): Promise<OpenedGenerator> {
  const bytes = await readFile(path);
  let made: StyleNetwork;
  try {
    made = styleNetworkOfSnapshot(readStyleGanPickle(bytes));
  } catch (cause) {
    if (!UsageError.isInstance(cause)) throw cause;
    throw new UsageError(`${cause.message} (${named})`, { cause });
  }
  const { imageSize, channels, labelSize, latentSize } = made.network;
  const digest = createHash("sha256").update(bytes).digest("hex");
  const latents = (seeds: readonly number[]): Float32Array =>
    Float32Array.from(seeds.flatMap((seed) => [...numpyNormals(seed)(latentSize)]));
  return {
    title: `stylegan2, ${basename(named)}`,
    digest,
    provenance: {
      model: "stylegan2, a snapshot of stylegan2-ada-pytorch",
      snapshot: isAddress(named) ? named : basename(named),
      "snapshot (sha256)": digest,
    },
    fromPhantoms: false,
    imageShape: [imageSize, imageSize, channels],
    labelSize,
    classes: [],
    backend: "auto",
    styles: made,
    latents,
    draw: (seeds, options = {}) => drawByStyles(made, seeds, latents(seeds), options),
    dispose: () => disposeParams(made.params),
  };
}

async function drawByStyles(
  { network, params }: StyleNetwork,
  seeds: readonly number[],
  latents: Float32Array,
  { noise, ...options }: DrawOptions,
): Promise<Uint8Array> {
  const styles = await stylesOfLatents(network, params, latents, options);
  return imagesOfStyles(network, params, styles, {
    ...(noise ? { noise } : {}),
    ...(noise === "random" ? { noiseSeeds: seeds } : {}),
  });
}

/** The styles of a generator that has some. @throws UsageError that says which have. */
export function requireStyles(scope: string, { styles, title }: OpenedGenerator): StyleNetwork {
  expect(styles, scope, `${title} has no styles; this needs a stylegan2 run, or a StyleGAN2-ADA snapshot with --network.`);
  return styles;
}

/**
 * Labels of classes that are given by name or number.
 *
 * @param all - What stands for every class in turn, if that is allowed.
 * @throws UsageError if a class is missing, not wanted, or not among the generator's.
 */
export function labelsOfClasses(
  scope: string,
  opened: OpenedGenerator,
  given: string | undefined,
  all?: string,
): readonly number[] {
  const { labelSize, classes, title } = opened;
  if (labelSize === 0) {
    expect(given === undefined, scope, `${title} is not conditional: leave --class out.`);
    return [];
  }
  const names = classes.length === labelSize ? ` (${classes.join(", ")})` : "";
  const range = `0 to ${labelSize - 1}${names}`;
  expect(
    given !== undefined,
    scope,
    `${title} is conditional: choose a class with --class, ${range}${all ? `, or ${all}` : ""}.`,
  );
  if (given === all) return Array.from({ length: labelSize }, (_, label) => label);
  return given.split(",").map((text) => {
    const one = text.trim();
    const named = classes.indexOf(one);
    if (named >= 0) return named;
    const label = Number(one);
    expect(one !== "" && Number.isInteger(label) && label >= 0 && label < labelSize, scope, () =>
      /^-?\d+$/.test(one)
        ? `class ${one} is not among the ${labelSize} of ${title}: they are ${range}.`
        : `no class "${one}"; ${listKnown(one, classes.length > 0 ? classes : Array.from({ length: labelSize }, (_, i) => String(i)))}`,
    );
    return label;
  });
}

/** A class's name, or its number. */
export const className = ({ classes }: Pick<OpenedGenerator, "classes">, label: number): string =>
  classes[label] ?? String(label);
