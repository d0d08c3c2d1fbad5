import type { Rng } from "repro-kit";
import { type Canvas, createCanvas } from "./canvas.ts";
import { between, type Color, varied } from "./lesion.ts";
import { createNoiseField, smoothstep } from "./noise-field.ts";

/** What a class of fundus pictures adds to the eye. */
export interface FundusKind {
  readonly name: string;
  /** Diameter of the cup over that of the optic disc. */
  readonly cupRatio: readonly [number, number];
  /** Signs drawn onto the retina. */
  readonly signs?: (canvas: Canvas, rng: Rng) => void;
  /** How cloudy the lens is, from 0 to 1. */
  readonly haze?: readonly [number, number];
}

const VESSEL: Color = [112, 28, 18];
const BLOOD: Color = [98, 16, 12];
const EXUDATE: Color = [238, 214, 120];
const CLOUD: Color = [176, 150, 132];

/** Small haemorrhages, microaneurysms and yellow exudates in a cluster. */
function drawRetinopathy(canvas: Canvas, rng: Rng): void {
  const spread = (): [number, number] => {
    const distance = 0.8 * Math.sqrt(rng.uniform());
    const angle = between(rng, 0, 2 * Math.PI);
    return [distance * Math.cos(angle), distance * Math.sin(angle)];
  };
  for (let i = 0; i < 14 + rng.integer(16); i++) canvas.disc(...spread(), between(rng, 0.015, 0.03), BLOOD);
  for (let i = 0; i < 3 + rng.integer(5); i++)
    canvas.disc(...spread(), between(rng, 0.04, 0.09), BLOOD, (d) => 0.85 * (1 - d * d));
  for (let cluster = 0; cluster < 1 + rng.integer(3); cluster++) {
    const [x, y] = spread();
    for (let i = 0; i < 10; i++)
      canvas.disc(
        x + 0.12 * rng.normal(),
        y + 0.09 * rng.normal(),
        between(rng, 0.02, 0.045),
        EXUDATE,
        (d) => 0.9 * (1 - d ** 4),
      );
  }
}

/** The classes that can be drawn: what differs is what an ophthalmologist looks at. */
export const fundusKinds: readonly FundusKind[] = [
  { name: "normal", cupRatio: [0.25, 0.45] },
  { name: "diabetic_retinopathy", cupRatio: [0.25, 0.45], signs: drawRetinopathy },
  { name: "glaucoma", cupRatio: [0.68, 0.88] },
  { name: "cataract", cupRatio: [0.25, 0.45], haze: [0.45, 0.75] },
];

/** A branch of the vessels: a curved line that thins out and forks. */
function drawVessel(
  canvas: Canvas,
  rng: Rng,
  start: readonly [number, number],
  angle: number,
  bend: number,
  width: number,
  length: number,
): void {
  let [x, y] = start;
  let direction = angle;
  const steps = 14;
  for (let i = 0; i < steps; i++) {
    const step = length / steps;
    direction += bend / steps + 0.05 * rng.normal();
    const next: [number, number] = [x + step * Math.cos(direction), y + step * Math.sin(direction)];
    const thickness = width * (1 - (0.55 * i) / steps);
    canvas.stroke([x, y], next, thickness, VESSEL, 0.75);
    [x, y] = next;
    if (width > 0.012 && i % 4 === 3)
      drawVessel(
        canvas,
        rng,
        [x, y],
        direction + (rng.uniform() < 0.5 ? 1 : -1) * between(rng, 0.4, 0.8),
        -0.3 * bend,
        0.6 * thickness,
        0.55 * length,
      );
  }
}

/**
 * One eye, photographed. The optic disc lies towards the nose: right of the middle in the right eye.
 *
 * @param rng - Of the patient: colour, vessels and cup are alike in both eyes.
 * @param viewRng - Of this photograph.
 */
export function drawEye(
  kind: FundusKind,
  size: number,
  { rng, viewRng, isRight }: { rng: Rng; viewRng: Rng; isRight: boolean },
): ReturnType<Canvas["expose"]> {
  const canvas = createCanvas(size);
  const side = isRight ? 1 : -1;
  const retina = varied(rng.fork("retina"), [188, 88, 44], { lightness: 18, hue: 7 });
  const mottling = createNoiseField(rng.fork("mottling"), { frequency: 3, octaves: 4 });
  const [discX, discY] = [side * between(viewRng, 0.42, 0.55), between(viewRng, -0.08, 0.08)];
  const [maculaX, maculaY] = [discX - side * 0.62, discY + 0.05];
  canvas.fill((color, x, y) => {
    const light = 1.08 - 0.45 * Math.hypot(x - 0.15, y) ** 2 + 0.1 * mottling(x, y);
    const macula = 1 - 0.38 * Math.exp(-((x - maculaX) ** 2 + (y - maculaY) ** 2) / 0.035);
    for (let k = 0; k < 3; k++) color[k] = retina[k] * light * macula;
  });
  const radius = between(viewRng, 0.15, 0.18);
  const cup = radius * between(rng.fork("cup"), ...kind.cupRatio);
  const discColor = varied(viewRng, [236, 176, 104], { lightness: 8, hue: 3 });
  const vessels = rng.fork("vessels");
  canvas.disc(discX, discY, radius, discColor, (d) => 1 - smoothstep(0.82, 1, d));
  canvas.disc(discX, discY, cup, [252, 232, 184], (d) => 0.95 * (1 - smoothstep(0.8, 1, d)));
  for (const up of [-1, 1])
    for (const [outward, length] of [
      [-side, 1.5],
      [side, 0.7],
    ] as const) {
      const angle = Math.atan2(up * between(vessels, 1, 1.6), outward * 0.8);
      const bend = -up * outward * between(vessels, 0.9, 1.3);
      drawVessel(canvas, vessels, [discX, discY], angle, bend, between(vessels, 0.035, 0.05), length);
    }
  kind.signs?.(canvas, viewRng);
  if (kind.haze) {
    const haze = between(viewRng, ...kind.haze);
    for (let i = 0; i < canvas.pixels.length; i++) canvas.pixels[i] += haze * (CLOUD[i % 3] - canvas.pixels[i]);
  }
  // The camera's round field, black outside.
  const field = between(viewRng, 0.93, 0.99);
  const unit = 2 / size;
  for (let i = 0; i < size * size; i++) {
    const distance = Math.hypot(((i % size) + 0.5) * unit - 1, (Math.floor(i / size) + 0.5) * unit - 1);
    const inside = 1 - smoothstep(field - 2 * unit, field, distance);
    for (let k = 0; k < 3; k++) canvas.pixels[3 * i + k] *= inside;
  }
  const blur = Math.round(size / 256) + (kind.haze ? Math.max(1, Math.round(size / 48)) : 0);
  return canvas.expose(viewRng, { blur, noise: between(viewRng, 1, 4), channels: 3 });
}
