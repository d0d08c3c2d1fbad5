import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { augment, augmentOps, createPipeline, type DrawSource } from "ada-augment";
import { drawSkinLesions, encodePng } from "dataset-zip";
import { pixelsFromImages } from "qgan-core";
import { createRng } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { ready } from "tfjs-train";
import type { Soak } from "./soak.ts";

/** Places in each op's distribution, from its weak middle outwards, with the standard normal's values there. */
const COLUMNS = [
  { quantile: 0.5, normal: 0, label: "median" },
  { quantile: 0.65, normal: 0.3853, label: "65 %" },
  { quantile: 0.8, normal: 0.8416, label: "80 %" },
  { quantile: 0.9, normal: 1.2816, label: "90 %" },
  { quantile: 0.975, normal: 1.96, label: "97.5 %" },
  { quantile: 0.1, normal: -1.2816, label: "10 %" },
  { quantile: 0.025, normal: -1.96, label: "2.5 %" },
] as const;
const [SIDE, CELL, GAP, LEFT, TOP] = [64, 96, 6, 170, 34];

/** Gates are open, the first number of an op is the column's, all others (the grain of noise) are random. */
function drawsAt({ quantile, normal }: (typeof COLUMNS)[number]): DrawSource {
  return (name) => {
    const rest = createRng(0).fork(name);
    let isFirst = true;
    const first = (value: number, otherwise: () => number): number => {
      const now = isFirst ? value : otherwise();
      isFirst = false;
      return now;
    };
    // Places and angles follow the column in every coordinate.
    return { uniform: () => quantile, normal: () => first(normal, rest.normal), gate: () => 0 };
  };
}

export const augmentSheet: Soak = {
  name: "augment-sheet",
  description: "draws every augmentation at several strengths. [file, default docs/pictures/augmentations.jpg]",
  async run([file = join(import.meta.dirname, "..", "..", "docs", "pictures", "augmentations.jpg")]) {
    const { default: sharp } = await import("sharp");
    await ready({ backend: "wasm" });
    const [lesion] = drawSkinLesions({ count: 1, size: SIDE, seed: 4 });
    const original = tf.tensor4d(
      Float32Array.from(lesion.pixels.data, (value) => value / 127.5 - 1),
      [1, SIDE, SIDE, 3],
    );
    const pictureOf = async (images: tf.Tensor4D): Promise<string> => {
      const data = pixelsFromImages((await images.data()) as Float32Array); // float32 images
      return Buffer.from(encodePng({ data, height: SIDE, width: SIDE, channels: 3 })).toString("base64");
    };
    const ops = [...createPipeline("bgcfnc").ops];
    const known = new Set(ops.map(({ name }) => name));
    const classical = [...augmentOps].filter(({ name }) => !known.has(name)).map((kind) => kind.create());
    const rows: string[] = [];
    const cell = (png: string, column: number, row: number): string =>
      `<image x="${LEFT + column * (CELL + GAP)}" y="${TOP + row * (CELL + GAP)}" width="${CELL}" height="${CELL}" href="data:image/png;base64,${png}"/>`;
    const plain = await pictureOf(original);
    for (const [row, op] of [...ops, ...classical].entries()) {
      rows.push(`<text x="8" y="${TOP + row * (CELL + GAP) + CELL / 2}" font-size="15">${op.name}</text>`, cell(plain, 0, row));
      for (const [column, place] of COLUMNS.entries()) {
        const images = augment(original, { ops: [op], p: 1, draws: drawsAt(place), blits: "resampled" });
        rows.push(cell(await pictureOf(images), column + 1, row));
        images.dispose();
      }
    }
    original.dispose();
    const heads = ["original", ...COLUMNS.map(({ label }) => label)].map(
      (label, column) =>
        `<text x="${LEFT + column * (CELL + GAP) + CELL / 2}" y="22" font-size="14" text-anchor="middle">${label}</text>`,
    );
    const width = LEFT + (COLUMNS.length + 1) * (CELL + GAP) + GAP;
    const height = TOP + (ops.length + classical.length) * (CELL + GAP) + GAP;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>${heads.join("")}${rows.join("")}</svg>`;
    await writeFileAtomic(file, new Uint8Array(await sharp(Buffer.from(svg)).jpeg({ quality: 78 }).toBuffer()));
    return `${ops.length + classical.length} augmentations at ${COLUMNS.length} strengths in ${file}`;
  },
};
