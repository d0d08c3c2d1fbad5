// One piece of work on many images, named in argv; prints the peak of the resident set in MB and what it has seen.

import { createRng } from "repro-kit";
import { createSampler, type LabelledImage } from "../index.ts";
import { importImages, openDatasetZipFile, writeDatasetZipFile } from "../node.ts";
import { drawSkinLesions, SKIN_LESION_CLASSES } from "../phantoms/draw-skin-lesions.ts";

const [work, path, other, count] = process.argv.slice(2);

function* many(): Generator<LabelledImage> {
  const drawn = drawSkinLesions({ count: 50, size: 64, seed: 3 });
  for (let i = 0; i < Number(count); i++)
    yield {
      ...drawn[i % drawn.length],
      group: `lesion ${i >> 1}`,
      source: `part-${i % 7}/ISIC_${String(i).padStart(7, "0")}.jpg`,
    };
}

async function write(): Promise<number> {
  await writeDatasetZipFile(path, many(), { classes: SKIN_LESION_CLASSES });
  return Number(count);
}

/** The zip as anybody's zip of pictures, halved into another dataset zip. */
async function convert(): Promise<number> {
  const imported = await importImages({ source: path, size: 32, threads: 1 });
  await writeDatasetZipFile(other, imported, { classes: imported.classes, provenance: imported.provenance });
  return imported.report().numImported;
}

/** Every image once, in the order of a sampler. */
async function read(): Promise<number> {
  const dataset = await openDatasetZipFile(path);
  const batchSize = 64;
  const indices = Array.from({ length: dataset.count }, (_, i) => i);
  const sampler = createSampler({ indices, batchSize, rng: createRng(0) });
  let seen = 0;
  for (let i = 0; i < dataset.count; i += batchSize) seen += (await dataset.images(sampler.next())).length;
  await dataset.close();
  return seen / (dataset.imageShape[0] * dataset.imageShape[1] * dataset.imageShape[2]);
}

const numImages = await { write, convert, read }[work as "write" | "convert" | "read"]();
console.log(JSON.stringify({ numImages, peakMb: process.resourceUsage().maxRSS / 1024 }));
