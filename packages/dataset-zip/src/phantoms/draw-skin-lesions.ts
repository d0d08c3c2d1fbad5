import { createRng, type Rng } from "repro-kit";
import type { LabelledImage } from "../dataset/labelled-image.ts";
import { between, blend, type Color, type Lesion } from "./lesion.ts";
import { lesionKinds } from "./lesions/index.ts";
import { smoothstep } from "./noise-field.ts";
import { type PhantomOptions, resolveClasses } from "./phantom-options.ts";
import { createHairs, createSkin, hairCoverage } from "./skin.ts";

/** Names of the classes that `drawSkinLesions` knows. */
export const SKIN_LESION_CLASSES: readonly string[] = lesionKinds.map(({ name }) => name);

const HAIR: Color = [42, 32, 30];
/** Ways in which four pictures of a class share lesions. */
const SHARINGS: readonly (readonly number[])[] = [
  [0, 1, 2, 3],
  [0, 1, 2, 2],
  [0, 0, 1, 2],
  [0, 0, 1, 1],
  [0, 0, 0, 1],
];

/**
 * Drawn pictures that look like dermoscopy, for demos and tests: nevus (round, even, brown), melanoma (asymmetric, notched,
 * many colours) and keratosis (sharp scalloped edge, waxy, dots). For research on methods; not medical data.
 *
 * The n-th picture of a class depends on the seed, the class and n only. Some pictures show one lesion from another view;
 * they share a group. RGB, [size, size, 3].
 *
 * @throws UsageError if a class is unknown or given twice, or a number is out of range.
 */
export function drawSkinLesions(options: PhantomOptions): LabelledImage[] {
  const kinds = resolveClasses("drawSkinLesions", options, lesionKinds);
  const { count, size, seed } = options;
  const rng = createRng(seed).fork("skin lesions");
  return Array.from({ length: count }, (_, i) => {
    const label = i % kinds.length;
    const number = Math.floor(i / kinds.length);
    const kind = kinds[label];
    const ofClass = rng.fork(kind.name);
    const lesionNumber = lesionOf(ofClass, number);
    const lesion = kind.create(ofClass.fork("lesion", lesionNumber));
    const skinRng = ofClass.fork("skin", lesionNumber);
    const data = drawView(lesion, { skinRng, viewRng: ofClass.fork("view", number), size });
    return {
      pixels: { data, height: size, width: size, channels: 3 },
      label,
      group: `${kind.name} ${lesionNumber}`,
      source: `phantom ${kind.name} ${number}, seed ${seed}`,
    };
  });
}

/** Number of the lesion that picture `number` of a class shows. */
function lesionOf(rng: Rng, number: number): number {
  const block = Math.floor(number / 4);
  const sharing = SHARINGS[rng.fork("sharing", block).integer(SHARINGS.length)];
  return 4 * block + sharing[number % 4];
}

interface View {
  readonly skinRng: Rng;
  readonly viewRng: Rng;
  readonly size: number;
}

function drawView(lesion: Lesion, { skinRng, viewRng, size }: View): Uint8Array {
  const skin = createSkin(skinRng);
  const turn = between(viewRng, 0, 2 * Math.PI);
  const zoom = between(viewRng, 0.92, 1.08);
  const [centreX, centreY] = [0.09 * viewRng.normal(), 0.09 * viewRng.normal()];
  const exposure = between(viewRng, 0.94, 1.04);
  const hairs = createHairs(viewRng);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const pixelSize = 2 / size;
  const pixels = new Float32Array(size * size * 3);
  const color: Color = [0, 0, 0];
  const inside: Color = [0, 0, 0];
  for (let row = 0, at = 0; row < size; row++) {
    const v = (row + 0.5) * pixelSize - 1;
    for (let column = 0; column < size; column++, at += 3) {
      const u = (column + 0.5) * pixelSize - 1;
      const x = (cos * (u - centreX) + sin * (v - centreY)) / zoom;
      const y = (cos * (v - centreY) - sin * (u - centreX)) / zoom;
      skin.shade(color, u, v);
      const theta = Math.atan2(y, x);
      const radius = lesion.radius(theta);
      const plainDepth = Math.sqrt(x * x + y * y) / radius;
      const depth = plainDepth > 2 ? plainDepth : plainDepth + Math.min(1, plainDepth) * lesion.wander(x, y);
      // At least a pixel wide, so that the border is not jagged.
      const softness = Math.max(lesion.softness(theta), (0.75 * pixelSize) / radius);
      if (depth < 1 + softness) {
        lesion.shade(inside, x, y, depth);
        blend(color, inside, lesion.opacity * (1 - smoothstep(1 - softness, 1 + softness, depth)));
      }
      blend(color, HAIR, hairCoverage(hairs, u, v, pixelSize));
      const light = exposure * skin.light(u, v);
      for (let k = 0; k < 3; k++) pixels[at + k] = light * color[k];
    }
  }
  return expose(pixels, size, viewRng);
}

/** A slight blur (3 × 3, weights b, 1 − 2b, b each way), then even noise, then bytes. */
function expose(pixels: Float32Array, size: number, rng: Rng): Uint8Array {
  const b = between(rng, 0.06, 0.16);
  const noise = between(rng, 2, 6);
  const blurred = new Float32Array(pixels.length);
  const step = 3 * size;
  for (let y = 0; y < size; y++)
    for (let i = 0, at = y * step; i < step; i++, at++) {
      const left = i < 3 ? at : at - 3;
      const right = i >= step - 3 ? at : at + 3;
      blurred[at] = (1 - 2 * b) * pixels[at] + b * (pixels[left] + pixels[right]);
    }
  const bytes = new Uint8Array(pixels.length);
  for (let y = 0; y < size; y++) {
    const up = y === 0 ? 0 : -step;
    const down = y === size - 1 ? 0 : step;
    for (let x = 0, at = y * step; x < size; x++) {
      const word = rng.seed(); // ten bits of noise a channel
      for (let k = 0; k < 3; k++, at++) {
        const value = (1 - 2 * b) * blurred[at] + b * (blurred[at + up] + blurred[at + down]);
        const jitter = ((word >>> (10 * k)) & 1023) / 1023 - 0.5;
        bytes[at] = Math.min(255, Math.max(0, Math.round(value + noise * jitter)));
      }
    }
  }
  return bytes;
}
