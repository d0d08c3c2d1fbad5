import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { drawSkinLesions, type LabelledImage } from "dataset-zip";
import { checkImages, importImages, openDatasetZipFile, writeDatasetZipFile } from "dataset-zip/node";
import sharp from "sharp";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";

const PHOTOS = 500;
const SIDE = 256;
const SMALL = 64;
const MANY = 50_000;
const BATCH = 1000;
const BUILT = join(import.meta.dirname, "../../../packages/dataset-zip/dist/node.js");

let folder: string | undefined;

function workFolder(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), "qgan-bench-dataset-"));
  folder = made;
  process.once("exit", () => rmSync(made, { recursive: true, force: true })); // the peers read it after our runs
  return made;
}

/** 500 PNGs of 256 × 256, packed as photographs are: twenty drawn lesions in 25 brightnesses each. */
async function writePhotos(): Promise<string> {
  const photos = join(workFolder(), "photos");
  mkdirSync(photos);
  const drawn = drawSkinLesions({ count: 20, size: SIDE, seed: 1 });
  for (let i = 0; i < PHOTOS; i++) {
    const { data } = drawn[i % drawn.length].pixels;
    const shift = Math.floor(i / drawn.length) - 12;
    const shifted = data.map((value) => Math.max(0, Math.min(255, value + shift)));
    const png = await sharp(shifted, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toBuffer();
    writeFileSync(join(photos, `${String(i).padStart(4, "0")}.png`), png);
  }
  return photos;
}

/** A zip of 50 000 images of 64 × 64. */
async function writeMany(): Promise<string> {
  const path = join(workFolder(), "many.zip");
  const drawn = drawSkinLesions({ count: 50, size: SMALL, seed: 2 });
  function* repeat(): Generator<LabelledImage> {
    for (let i = 0; i < MANY; i++) yield drawn[i % drawn.length];
  }
  await writeDatasetZipFile(path, repeat(), { provenance: false });
  return path;
}

async function cases(): Promise<BenchCase[]> {
  const photos = await writePhotos();
  const many = await writeMany();
  const out = join(workFolder(), "out.zip");
  const dataset = await openDatasetZipFile(many);
  const indices = Array.from({ length: BATCH }, (_, i) => (i * 7919) % MANY);
  const floats = new Float32Array(BATCH * SMALL * SMALL * 3);
  // Threads run from the build only; `npm run bench` makes it.
  const built: typeof import("dataset-zip/node") = await import(pathToFileURL(BUILT).href).catch(() => ({
    importImages,
    checkImages,
  }));
  const check = async (read: typeof checkImages, threads: number): Promise<void> => {
    const { numReadable } = await read({ source: photos, threads });
    if (numReadable !== PHOTOS) throw new Error(`bug: ${numReadable} were read.`);
  };
  const convert = async (read: typeof importImages, threads: number): Promise<void> => {
    const images = await read({ source: photos, size: SMALL, filter: "lanczos", labels: false, threads });
    await writeDatasetZipFile(out, images, { provenance: false, overwrite: true });
  };
  const peerArguments = { work: "convert", folder: photos, out: join(workFolder(), "peer.zip"), size: SMALL };
  return [
    {
      name: `${PHOTOS} PNGs of ${SIDE} to ${SMALL}, lanczos, into a zip`,
      backend: "wasm simd, one thread",
      run: () => convert(importImages, 1),
      peerArguments,
    },
    {
      name: `${PHOTOS} PNGs of ${SIDE} to ${SMALL}, lanczos, into a zip: compare the wall times`,
      backend: "wasm simd, two threads",
      run: () => convert(built.importImages, 2),
      peerArguments,
    },
    {
      name: `check ${PHOTOS} PNGs of ${SIDE}`,
      backend: "wasm simd, one thread",
      run: () => check(checkImages, 1),
    },
    {
      name: `check ${PHOTOS} PNGs of ${SIDE}: compare the wall times`,
      backend: "wasm simd, two threads",
      run: () => check(built.checkImages, 2),
    },
    {
      name: `open a zip of ${MANY} images`,
      backend: "none",
      async run() {
        await (await openDatasetZipFile(many)).close();
      },
    },
    {
      name: `${BATCH} images of ${SMALL}×${SMALL} into a float32 batch`,
      backend: "none",
      async run() {
        await dataset.floats(indices, { into: floats });
      },
      peerArguments: { work: "read", zip: many, count: BATCH },
      dispose: () => dataset.close(),
    },
  ];
}

export const datasetSuite: BenchSuite = {
  name: "dataset",
  cases,
  peers: [{ name: "pillow", script: "dataset_pillow.py" }],
};
