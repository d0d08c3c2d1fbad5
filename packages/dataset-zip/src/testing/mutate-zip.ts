import { zipSync } from "fflate";
import { createRng, type Rng, UsageError } from "repro-kit";
import { openDatasetZip } from "../dataset/open-dataset-zip.ts";
import { writeDatasetZip } from "../dataset/write-dataset-zip.ts";
import { encodePng } from "../png/encode-png.ts";
import { makeHostileZip } from "./make-hostile-zip.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import type { MutationStormOptions } from "./mutate-png.ts";

/** Bytes of the records at the end of a small zip, in which damage leads farthest. */
const TAIL = 400;
/** A zip that took longer is read twice more: a collection of garbage may have fallen into it. */
const WORTH_A_SECOND_LOOK_MS = 20;

/**
 * Opens that many damaged dataset zips and reads every image; half of them are damaged at the end only, where the directory lies.
 *
 * @returns how many were refused, and the longest that one took (the best of three runs), in milliseconds of processor time.
 * @throws whatever the reader throws that is not one sentence to the user.
 */
export async function mutateZips({ rounds, seed }: MutationStormOptions): Promise<{ numRefused: number; slowestMs: number }> {
  const rng = createRng(seed).fork("zip mutations");
  const bases = await baseZips(rng);
  let numRefused = 0;
  let slowestMs = 0;
  for (let round = 0; round < rounds; round++) {
    const base = bases[round % bases.length];
    const keep = round % 2 === 0 ? Math.max(0, base.length - TAIL) : 0;
    const bytes = mutateBytes(base, rng, { keep, isLengthKept: rng.integer(2) === 0 });
    const first = await attempt(bytes, `round ${round} of seed ${seed}`);
    let { cpuMs } = first;
    for (let again = 0; again < 2 && cpuMs > WORTH_A_SECOND_LOOK_MS; again++)
      cpuMs = Math.min(cpuMs, (await attempt(bytes, `round ${round} of seed ${seed}`)).cpuMs);
    slowestMs = Math.max(slowestMs, cpuMs);
    if (first.isRefused) numRefused++;
  }
  return { numRefused, slowestMs };
}

/** Opens a zip and reads all of it. @throws whatever is not one sentence to the user. */
async function attempt(bytes: Uint8Array, what: string): Promise<{ isRefused: boolean; cpuMs: number }> {
  const before = process.cpuUsage();
  let isRefused = false;
  try {
    const dataset = await openDatasetZip(bytes);
    const [height, width, channels] = dataset.imageShape;
    const { length } = await dataset.images(Array.from({ length: dataset.count }, (_, i) => i));
    if (length !== dataset.count * height * width * channels) throw new Error(`bug: ${what}: wrong shape.`);
  } catch (error) {
    if (!UsageError.isInstance(error) || !/^\[[\w: /.]+\] .+\.(?: \(entry ".*"\))?$/s.test(error.message)) throw error;
    isRefused = true;
  }
  const { user, system } = process.cpuUsage(before);
  return { isRefused, cpuMs: (user + system) / 1000 };
}

async function baseZips(rng: Rng): Promise<readonly Uint8Array[]> {
  const draw = (channels: 1 | 3) => ({
    pixels: { data: Uint8Array.from({ length: 25 * channels }, () => rng.integer(256)), height: 5, width: 5, channels },
  });
  const labelled = [0, 1, 1].map((label, i) => ({ ...draw(3), label, group: `patient ${i}`, source: `${i}.jpg` }));
  const pngs = Object.fromEntries([0, 1].map((i) => [`00000/img0000000${i}.png`, encodePng(draw(1).pixels)]));
  const entries = Object.entries(pngs).map(([name, content]) => ({ name, content }));
  return [
    await writeDatasetZip(labelled, { classes: ["a", "b"] }),
    await writeDatasetZip([draw(1), draw(1)], { provenance: false }),
    zipSync(pngs, { level: 9 }),
    makeHostileZip(entries, { zip64: entries.length }),
  ];
}
