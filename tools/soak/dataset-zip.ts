import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { killStorm } from "../../packages/dataset-zip/src/testing/kill-storm.ts";
import { mutatePngs } from "../../packages/dataset-zip/src/testing/mutate-png.ts";
import { mutateZips } from "../../packages/dataset-zip/src/testing/mutate-zip.ts";
import type { Soak } from "./soak.ts";

const KILLS = 1000;
const MUTATIONS = 1_000_000;
const IMAGES = 100_000;
const numberOf = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));

export const zipKills: Soak = {
  name: "dataset-zip-kills",
  description: `kills a process that writes a dataset zip, ${KILLS} times at random moments [rounds] [seed]`,
  async run([rounds, seed]) {
    const folder = await mkdtemp(join(tmpdir(), "qgan-soak-"));
    try {
      const { numAbsent, numWhole, numPartial } = await killStorm({
        folder,
        rounds: numberOf(rounds, KILLS),
        seed: numberOf(seed, 0),
      });
      return `${numWhole} whole, ${numAbsent} absent, 0 broken; ${numPartial} named as half-written`;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const LIMIT_MB = 300;

/** Writes, converts and reads so many images, each in a process of its own whose peak memory is told. */
export const zipMemory: Soak = {
  name: "dataset-zip-memory",
  description: `writes, converts and reads a zip of ${IMAGES} images in under ${LIMIT_MB} MB [images]`,
  async run([images]) {
    const count = numberOf(images, IMAGES);
    const folder = await mkdtemp(join(tmpdir(), "qgan-soak-"));
    try {
      const [first, second] = [join(folder, "first.zip"), join(folder, "second.zip")];
      const works = [
        ["write", first],
        ["convert", first, second],
        ["read", first],
        ["read", second],
      ];
      const told: string[] = [];
      for (const [work, path, other = ""] of works) {
        const { numImages, peakMb } = await runChild([work, path, other, String(count)]);
        if (numImages < count) throw new Error(`${work}: ${numImages} of ${count} images.`);
        if (peakMb >= LIMIT_MB) throw new Error(`${work}: ${peakMb.toFixed(0)} MB, not below ${LIMIT_MB}.`);
        told.push(`${work} ${peakMb.toFixed(0)} MB`);
      }
      return `${count} images: ${told.join(", ")} at the peak`;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function runChild(args: readonly string[]): Promise<{ numImages: number; peakMb: number }> {
  const root = resolve(import.meta.dirname, "../..");
  const child = join(root, "packages/dataset-zip/src/testing/memory-run-child.ts");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", child, ...args], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) as string);
}

/** Processor time that a damaged zip may take. */
const SLOWEST_MS = 100;

export const zipMutations: Soak = {
  name: "dataset-zip-mutations",
  description: `reads ${MUTATIONS} randomly damaged PNGs and zips, no zip for ${SLOWEST_MS} ms [rounds] [seed]`,
  async run([rounds, seed]) {
    const total = numberOf(rounds, MUTATIONS);
    const half = Math.floor(total / 2);
    const pngs = mutatePngs({ rounds: total - half, seed: numberOf(seed, 0) });
    const zips = await mutateZips({ rounds: half, seed: numberOf(seed, 0) });
    if (zips.slowestMs >= SLOWEST_MS)
      throw new Error(`a damaged zip took ${zips.slowestMs.toFixed(0)} ms of processor time, not below ${SLOWEST_MS}.`);
    const numRefused = pngs.numRefused + zips.numRefused;
    return (
      `${total - half} damaged PNGs and ${half} zips: ${numRefused} refused in one sentence, ${total - numRefused} read, ` +
      `no crash; the slowest zip took ${zips.slowestMs.toFixed(0)} ms`
    );
  },
};
