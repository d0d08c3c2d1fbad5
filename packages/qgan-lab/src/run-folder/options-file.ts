import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "qgan-core";
import { expect, UsageError } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";

/** Grows when an older reader would misread newer options. */
const FORMAT = 1;

/** options.json: everything that a run was begun with. */
export interface RunOptionsFile {
  readonly format: number;
  readonly createdAt: string;
  readonly model: {
    readonly name: string;
    readonly preset?: string;
    readonly options: JsonObject;
    readonly numParameters: number;
    readonly judgesImages: boolean;
  };
  readonly data: {
    readonly path: string;
    readonly name: string;
    readonly digest: string;
    readonly imageShape: readonly [number, number, number];
    /** Class that is learned; absent for all images together. */
    readonly class?: string;
    readonly classes: readonly { readonly name: string; readonly count: number }[];
    readonly isPhantom: boolean;
    /** Number of images trained on, and kept away from training. */
    readonly numTrain: number;
    readonly numHeldOut: number;
  };
  /** The options of `trainRun` that a resumed run must share, with defaults filled in. */
  readonly training: {
    readonly seed: number;
    readonly batchSize: number;
    /** Name of the split saved in the zip, and SHA-256 of its index lists. */
    readonly split?: { readonly name: string; readonly digest: string };
    readonly testFraction: number;
    readonly steps?: number;
    readonly minutes?: number;
    readonly snapshots: number;
    readonly gridCount: number;
    readonly keepCheckpoints: number;
    readonly clipGradients?: number;
    readonly emaHalfLifeKimg?: number;
    readonly emaRampUp?: number;
    /** Whether classes are learned by their labels. */
    readonly cond?: boolean;
    /** Number of images to learn, chosen by the seed. */
    readonly subset?: number;
    readonly mirror?: boolean;
    readonly mirrory?: boolean;
    readonly microBatch?: number;
    /** Images between two snapshots, in place of `snapshots`. */
    readonly snapImages?: number;
    /** Names of watches that end the training. */
    readonly stopOn?: readonly string[];
    /** Whether it begins although the memory seems too small. */
    readonly ignoreMemory?: boolean;
    /** Where the first weights came from. */
    readonly initFrom?: string;
    readonly augment: JsonObject | null;
    readonly backend: string;
    readonly threads?: number;
  };
  /** The configuration that the options stand for in the StyleGAN2-ADA program, in its names. */
  readonly reference?: JsonObject;
  readonly metrics: {
    readonly images: number;
    readonly inception?: string;
    readonly allowDownload?: boolean;
    /** Metrics in the reference's names that every snapshot is measured by, and the weights of LPIPS for path lengths. */
    readonly names?: readonly string[];
    readonly lpips?: readonly string[];
  } | null;
  readonly versions: Readonly<Record<string, string>>;
}

const NAME = "options.json";

export async function writeOptionsFile(runFolder: string, options: Omit<RunOptionsFile, "format">): Promise<void> {
  await writeFileAtomic(join(runFolder, NAME), `${JSON.stringify({ format: FORMAT, ...options }, null, 2)}\n`);
}

/** @throws UsageError if the folder is no run, or of a newer format. */
export async function readOptionsFile(runFolder: string): Promise<RunOptionsFile> {
  const path = join(runFolder, NAME);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const error = new UsageError(
      `[run] ${runFolder} is not a run folder: there is no ${NAME} in it. Give a folder that \`qgan train\` made.`,
    );
    error.cause = cause;
    throw error;
  }
  let options: Partial<RunOptionsFile> | null;
  try {
    options = JSON.parse(text) as Partial<RunOptionsFile> | null; // checked below
  } catch (cause) {
    const error = new UsageError(`[run] ${path} is not JSON. Restore it from a copy, or train anew.`);
    error.cause = cause;
    throw error;
  }
  expect(
    options && Number.isInteger(options.format) && options.model && options.data && options.training,
    "run",
    `${path} does not describe a run. Give a folder that \`qgan train\` made.`,
  );
  expect(
    options.format === FORMAT,
    "run",
    `${path} has format ${options.format}; this version reads up to ${FORMAT}. Update qgan-lab.`,
  );
  return options as RunOptionsFile; // has its parts, and was written by `writeOptionsFile`
}
