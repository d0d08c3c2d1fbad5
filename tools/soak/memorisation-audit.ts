import { existsSync } from "node:fs";
import { join } from "node:path";
import { importImages } from "dataset-zip/node";
import { auditMemorisation, type ImageArray } from "fid-metrics";
import { createRng, type Rng } from "repro-kit";
import sharp from "sharp";
import type { Soak } from "./soak.ts";

const SIZE = 64;
const QUALITY = 75;
const data = join(import.meta.dirname, "../../../shared/data");

interface Loaded {
  readonly images: ImageArray;
  readonly groups: readonly string[];
}

/** Images of a folder at 64×64 in colour, each with what must not be split. */
async function load(folder: string): Promise<Loaded> {
  const isSkin = folder.startsWith("skin");
  const patient = (path: string): string => (path.split("/").at(-1) ?? path).replace(/(_left|_right)?\.[^.]+$/, "");
  const parts: Uint8Array[] = [];
  const groups: string[] = [];
  const source = await importImages({
    source: join(data, folder),
    size: SIZE,
    channels: 3,
    group: isSkin ? "lesion_id" : patient,
  });
  for await (const { pixels, group, source: path } of source) {
    parts.push(pixels.data);
    groups.push(group ?? path ?? String(parts.length));
  }
  return { images: pack(parts), groups };
}

function pack(parts: readonly Uint8Array[]): ImageArray {
  return { data: Uint8Array.from(Buffer.concat(parts)), count: parts.length, height: SIZE, width: SIZE, channels: 3 };
}

const LENGTH = SIZE * SIZE * 3;
const pick = ({ data: pixels }: ImageArray, i: number): Uint8Array => pixels.subarray(i * LENGTH, (i + 1) * LENGTH);

/** A copy: mirrored or not, moved by up to 4 pixels both ways, ± 10 % brightness, JPEG at quality 75. */
async function plant(image: Uint8Array, rng: Rng): Promise<Uint8Array> {
  const [isFlipped, dy, dx, gain] = [rng.uniform() < 0.5, rng.integer(9) - 4, rng.integer(9) - 4, 0.9 + 0.2 * rng.uniform()];
  const clamp = (i: number): number => Math.max(0, Math.min(SIZE - 1, i));
  const copy = new Uint8Array(LENGTH);
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      const from = isFlipped ? SIZE - 1 - clamp(x + dx) : clamp(x + dx);
      for (let c = 0; c < 3; c++)
        copy[(y * SIZE + x) * 3 + c] = Math.min(255, gain * image[(clamp(y + dy) * SIZE + from) * 3 + c]);
    }
  const raw = { width: SIZE, height: SIZE, channels: 3 } as const;
  const jpeg = await sharp(copy, { raw }).jpeg({ quality: QUALITY }).toBuffer();
  return new Uint8Array(await sharp(jpeg).raw().toBuffer());
}

/** Planted copies of half of a set against held-out images of the other half, split by lesion or patient. */
async function audit(folder: string, number: number, seed: number): Promise<string> {
  const { images, groups } = await load(folder);
  const rng = createRng(seed);
  const order = rng.fork("groups").shuffle([...new Set(groups)].sort());
  const training = new Set(order.slice(0, order.length / 2));
  const rows = (isTraining: boolean): number[] => groups.flatMap((group, i) => (training.has(group) === isTraining ? [i] : []));
  const [inside, outside] = [rows(true), rng.fork("held-out").shuffle(rows(false)).slice(0, number)];
  const copied = rng
    .fork("copies")
    .shuffle(inside.map((_, place) => place))
    .slice(0, number);
  const copies: Uint8Array[] = [];
  for (const place of copied) copies.push(await plant(pick(images, inside[place]), rng.fork("plant", place)));
  const { byPixel } = auditMemorisation({
    training: { images: pack(inside.map((i) => pick(images, i))) },
    generated: { images: pack(copies) },
    heldOut: { images: pack(outside.map((i) => pick(images, i))) },
  });
  if (!byPixel) throw new Error("bug: an audit of images says nothing about pixels.");
  const right = byPixel.matches.filter(({ trainingIndex }, i) => trainingIndex === copied[i]).length / copied.length;
  if (byPixel.copied < 0.99 || byPixel.falseAlarm > 0.01)
    throw new Error(
      `${folder}: ${byPixel.copied} of the copies found (0.99 wanted), false alarm ${byPixel.falseAlarm} (0.01 allowed).`,
    );
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return `${folder}: ${percent(byPixel.copied)} of ${copied.length} copies found (${percent(right)} with their original), false alarm ${percent(byPixel.falseAlarm)} of ${outside.length}`;
}

export const memorisationAudit: Soak = {
  name: "memorisation-audit",
  description: "plants changed copies among real images and audits them [images a side] [seed]",
  async run([number = "300", seed = "0"]) {
    if (!existsSync(data)) return "skipped: the real images of shared/data are not here";
    const lines: string[] = [];
    for (const folder of ["skin-ham10000", "fundus", "chest-xray"]) lines.push(await audit(folder, Number(number), Number(seed)));
    return lines.join("; ");
  },
};
