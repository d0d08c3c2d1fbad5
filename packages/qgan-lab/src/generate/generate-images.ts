import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LabelledImage } from "dataset-zip";
import { writeDatasetZipFile } from "dataset-zip/node";
import { imagesOfStyles, stylesOfLatents } from "qgan-core";
import { checkOptions, expect } from "repro-kit";
import { commitFolder, writeFileAtomic } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { formatModelCard } from "../run-folder/model-card.ts";
import { listVersions } from "../run-folder/versions.ts";
import { formatSeeds } from "./format-seeds.ts";
import {
  backendOf,
  className,
  type DrawOptions,
  type GeneratorChoice,
  labelsOfClasses,
  type OpenedGenerator,
  openGenerator,
  requireStyles,
} from "./open-generator.ts";
import { readStylesFile, stylesBytes } from "./styles-file.ts";
import { createWorkProgress } from "./work-progress.ts";

export interface GenerateImagesOptions extends GeneratorChoice {
  /** One image a seed, of each class. Default 0 to 99. */
  readonly seeds?: readonly number[];
  /** Name or number of a class of a conditional generator, several with commas, or "all". */
  readonly class?: string;
  /** How far styles keep from their mean: 1 all of it, 0 none. Default 1. */
  readonly truncation?: number;
  /** Truncate the first so many styles only. Default all. */
  readonly cutoff?: number;
  /** Default "const". */
  readonly noise?: "const" | "none" | "random";
  /** A file of styles (.npz) to draw in place of seeds: of `qgan project`, or of the reference's projector. */
  readonly projectedW?: string;
  /** Also write the styles of all images, as styles.npz. */
  readonly saveStyles?: boolean;
  /** A folder of PNG files, or a dataset zip where the name ends in ".zip". */
  readonly out: string;
  /** Default: the run's. */
  readonly backend?: string;
}

export interface GenerateImagesResult {
  readonly out: string;
  readonly modelCard: string;
  readonly count: number;
  /** SHA-256 of the weights that drew the images. */
  readonly digest: string;
  readonly styles?: string;
}

const KNOWN = [
  ...["run", "checkpoint", "network", "seeds", "class", "truncation", "cutoff", "noise", "projectedW", "saveStyles", "out"],
  "backend",
];
const SCOPE = "generate";
/** Images that are held at once. */
const BLOCK = 64;

/** An image to draw: of a seed and, in conditional generators, a class. */
interface Wanted {
  readonly seed: number;
  readonly label?: number;
}

/**
 * Draws images from a run's checkpoint or a StyleGAN2-ADA snapshot, with a model card beside them. An image depends on its own seed, class
 * and these options only.
 *
 * @throws UsageError if there is no such generator, class or file, or the output exists or cannot be written.
 */
export async function generateImages(options: GenerateImagesOptions, hooks: LabHooks = {}): Promise<GenerateImagesResult> {
  checkOptions("generateImages", options, KNOWN);
  const { out, backend, projectedW, saveStyles = false } = options;
  const { seeds = projectedW === undefined ? Array.from({ length: 100 }, (_, i) => i) : [] } = options;
  expect(seeds.length > 0 || projectedW !== undefined, SCOPE, "give at least one seed.");
  checkTogether(options);
  await ready({ backend: (backend ?? (await backendOf(options))) as BackendName | "auto" }); // `ready` checks the name
  const opened = await openGenerator(SCOPE, options, hooks);
  try {
    const isZip = out.endsWith(".zip");
    const base = out.slice(0, -".zip".length);
    const modelCard = isZip ? `${base}.model-card.md` : join(out, "model-card.md");
    const stylesPath = isZip ? `${base}.styles.npz` : join(out, "styles.npz");
    const wanted = projectedW === undefined ? wantedOf(seeds, opened, options) : [];
    const stored = projectedW === undefined ? undefined : await readStylesFile(SCOPE, projectedW, requireStyles(SCOPE, opened));
    const rows = stored ? stored.length / rowSize(opened) : wanted.length;
    const styles = saveStyles ? (stored ?? (await stylesOf(opened, wanted, options))) : undefined;
    const images = stored ? drawStored(opened, stored, options, hooks) : drawImages(opened, wanted, options, hooks);
    const card = cardOf(opened, rows, options, wanted);
    const bytes = styles && stylesBytes(styles, requireStyles(SCOPE, opened).network);
    if (isZip) {
      await writeDatasetZipFile(out, images, { ...classesOf(opened), provenance: provenanceOf(opened, seeds, options) });
      if (bytes) await writeFileAtomic(stylesPath, bytes);
      await writeFileAtomic(modelCard, card);
    } else
      await commitFolder(out, async (partial) => {
        for await (const { pixels, source } of images) await writeFile(join(partial, `${source}.png`), compressPng(pixels));
        if (bytes) await writeFile(join(partial, "styles.npz"), bytes);
        await writeFile(join(partial, "model-card.md"), card);
      });
    hooks.onFact?.({ kind: "file", what: "generated images", path: out });
    return { out, modelCard, count: rows, digest: opened.digest, ...(bytes ? { styles: stylesPath } : {}) };
  } finally {
    opened.dispose();
  }
}

function checkTogether({ projectedW, seeds, class: given, truncation, cutoff }: GenerateImagesOptions): void {
  if (projectedW === undefined) return;
  const foreign = Object.entries({ "--seeds": seeds, "--class": given, "--trunc": truncation, "--cutoff": cutoff })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => flag);
  expect(
    foreign.length === 0,
    SCOPE,
    `${foreign.join(", ")} does not go with --projected-w, whose styles are drawn as they are.`,
  );
}

function wantedOf(seeds: readonly number[], opened: OpenedGenerator, options: GenerateImagesOptions): readonly Wanted[] {
  const { truncation, cutoff, noise, saveStyles } = options;
  const asks = truncation !== undefined || cutoff !== undefined || (noise !== undefined && noise !== "const") || saveStyles;
  if (asks) requireStyles(SCOPE, opened);
  const labels = labelsOfClasses(SCOPE, opened, options.class, "all");
  if (labels.length === 0) return seeds.map((seed) => ({ seed }));
  return labels.flatMap((label) => seeds.map((seed) => ({ seed, label })));
}

const rowSize = (opened: OpenedGenerator): number => {
  const { network } = requireStyles(SCOPE, opened);
  return network.synthesis.numStyles * network.styleSize;
};

const labelsOf = (wanted: readonly Wanted[]) =>
  wanted[0]?.label === undefined ? {} : { labels: wanted.map(({ label = 0 }) => label) };

const truncationOf = ({ truncation = 1, cutoff }: GenerateImagesOptions): Pick<DrawOptions, "truncation"> =>
  truncation === 1 ? {} : { truncation: { psi: truncation, ...(cutoff === undefined ? {} : { cutoff }) } };

async function stylesOf(
  opened: OpenedGenerator,
  wanted: readonly Wanted[],
  options: GenerateImagesOptions,
): Promise<Float32Array> {
  const { network, params } = requireStyles(SCOPE, opened);
  const latents = opened.latents(wanted.map(({ seed }) => seed));
  return stylesOfLatents(network, params, latents, { ...labelsOf(wanted), ...truncationOf(options) });
}

async function* drawImages(
  opened: OpenedGenerator,
  wanted: readonly Wanted[],
  options: GenerateImagesOptions,
  hooks: LabHooks,
): AsyncGenerator<LabelledImage> {
  const { ownClass } = opened;
  const progress = createWorkProgress("Generating", wanted.length, hooks);
  for (let start = 0; start < wanted.length; start += BLOCK) {
    expect(!hooks.signal?.aborted, SCOPE, "stopped; nothing was written.");
    const block = wanted.slice(start, start + BLOCK);
    const { noise } = options;
    const drawn = { ...labelsOf(block), ...truncationOf(options), ...(noise ? { noise } : {}) };
    const pixels = await opened.draw(
      block.map(({ seed }) => seed),
      drawn,
    );
    for (const [i, { seed, label }] of block.entries()) {
      const kind = label === undefined ? "" : `-${className(opened, label).replace(/[^\w.-]+/g, "-")}`;
      yield {
        pixels: imageAt(opened, pixels, i),
        ...(label === undefined ? (ownClass === undefined ? {} : { label: 0 }) : { label }),
        source: `seed${String(seed).padStart(6, "0")}${kind}`,
      };
    }
    progress(start + block.length);
  }
}

async function* drawStored(
  opened: OpenedGenerator,
  styles: Float32Array,
  { noise = "const" }: GenerateImagesOptions,
  hooks: LabHooks,
): AsyncGenerator<LabelledImage> {
  const { network, params } = requireStyles(SCOPE, opened);
  const count = styles.length / rowSize(opened);
  const noiseSeeds = noise === "random" ? { noiseSeeds: Array.from({ length: count }, (_, i) => i) } : {};
  const progress = createWorkProgress("Generating", count, hooks);
  const pixels = await imagesOfStyles(network, params, styles, { noise, ...noiseSeeds, onImages: progress });
  for (let i = 0; i < count; i++) yield { pixels: imageAt(opened, pixels, i), source: `proj${String(i).padStart(2, "0")}` };
}

/** Image i of many, as an image of its own. */
function imageAt({ imageShape: [height, width, channels] }: OpenedGenerator, pixels: Uint8Array, i: number) {
  const size = height * width * channels;
  return { data: pixels.slice(i * size, (i + 1) * size), height, width, channels };
}

function classesOf(opened: OpenedGenerator): { classes?: readonly string[] } {
  if (opened.labelSize > 0) return { classes: Array.from({ length: opened.labelSize }, (_, label) => className(opened, label)) };
  return opened.ownClass === undefined ? {} : { classes: [opened.ownClass] };
}

function provenanceOf(opened: OpenedGenerator, seeds: readonly number[], options: GenerateImagesOptions) {
  const { truncation = 1, noise = "const" } = options;
  return {
    generated: true,
    model: opened.provenance.model,
    checkpoint: opened.digest,
    seeds: formatSeeds(seeds),
    ...(truncation === 1 ? {} : { truncation }),
    ...(noise === "const" ? {} : { noise }),
    use: "for research, not for diagnosis",
  };
}

function cardOf(opened: OpenedGenerator, count: number, options: GenerateImagesOptions, wanted: readonly Wanted[]): string {
  const { truncation = 1, cutoff, noise = "const", projectedW } = options;
  const labels = [...new Set(wanted.flatMap(({ label }) => label ?? []))];
  return formatModelCard({
    title: `${count} images generated by ${opened.title}`,
    kind: "generated images",
    fromPhantoms: opened.fromPhantoms,
    provenance: {
      ...opened.provenance,
      ...(projectedW === undefined
        ? { seeds: formatSeeds([...new Set(wanted.map(({ seed }) => seed))]) }
        : { styles: projectedW }),
      ...(labels.length > 0 ? { classes: labels.map((label) => className(opened, label)).join(", ") } : {}),
      ...(truncation === 1 ? {} : { truncation: `psi ${truncation}${cutoff === undefined ? "" : `, first ${cutoff} styles`}` }),
      ...(noise === "const" ? {} : { noise }),
      ...listVersions(),
    },
  });
}
