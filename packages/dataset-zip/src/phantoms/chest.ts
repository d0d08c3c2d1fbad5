import type { Rng } from "repro-kit";
import { type Canvas, createCanvas } from "./canvas.ts";
import { between } from "./lesion.ts";
import { createNoiseField, type NoiseField, smoothstep } from "./noise-field.ts";

/** What a class of chest X-rays adds to the lungs: how much whiter they are at a place. */
export interface ChestKind {
  readonly name: string;
  /** Density at (x, y) from 0 (clear) to 1 (white); x is −1 … 1 from the picture's left, the patient's right. */
  density(rng: Rng): (x: number, y: number) => number;
}

const blob = (x: number, y: number, centre: readonly [number, number], radius: readonly [number, number]): number =>
  Math.exp(-(((x - centre[0]) / radius[0]) ** 2) - ((y - centre[1]) / radius[1]) ** 2);

/** A consolidation that fills a lobe of one lung, dense, with a cloudy border. */
const pneumonia: ChestKind = {
  name: "pneumonia",
  density(rng) {
    const side = rng.uniform() < 0.5 ? -1 : 1;
    const centre: [number, number] = [side * between(rng, 0.36, 0.46), between(rng, -0.2, 0.38)];
    const radius: [number, number] = [between(rng, 0.18, 0.26), between(rng, 0.16, 0.28)];
    const cloud = createNoiseField(rng, { frequency: 4, octaves: 3 });
    const strength = between(rng, 0.65, 0.95);
    return (x, y) => strength * smoothstep(0.25, 0.75, blob(x, y, centre, radius) + 0.22 * cloud(x, y));
  },
};

/** Ground glass: faint patches on both sides, at the edge of the lungs and low. */
const covid: ChestKind = {
  name: "covid",
  density(rng) {
    const patches = Array.from({ length: 5 + rng.integer(4) }, (_, i) => ({
      centre: [(i % 2 === 0 ? -1 : 1) * between(rng, 0.44, 0.62), between(rng, -0.1, 0.55)] as const,
      radius: [between(rng, 0.1, 0.16), between(rng, 0.1, 0.2)] as const,
      strength: between(rng, 0.3, 0.5),
    }));
    const cloud = createNoiseField(rng, { frequency: 6, octaves: 3 });
    return (x, y) => {
      const sum = patches.reduce((total, { centre, radius, strength }) => total + strength * blob(x, y, centre, radius), 0);
      return Math.min(0.7, sum * (1 + 0.5 * cloud(x, y)));
    };
  },
};

/** The classes that can be drawn. */
export const chestKinds: readonly ChestKind[] = [{ name: "normal", density: () => () => 0 }, pneumonia, covid];

/** How much of (x, y) lies in a lung, 0 to 1. */
function lungAt(x: number, y: number, { width, top, bottom }: { width: number; top: number; bottom: number }): number {
  const middle = 0.42;
  const along = (y - top) / (bottom - top);
  if (along <= 0 || along >= 1) return 0;
  const half = width * Math.sqrt(1 - (1 - Math.min(1, 0.03 + along / 0.55)) ** 2); // round on top, wide below
  const dome = bottom - 0.1 * Math.cos(((Math.abs(x) - middle) / width) * 1.4);
  const inside = 1 - smoothstep(0.8, 1, Math.abs(Math.abs(x) - middle) / half);
  return inside * (1 - smoothstep(dome - 0.05, dome, y));
}

/** A chest from the front, as an X-ray shows it: air dark, bones and the heart light. Grey. */
export function drawChest(
  kind: ChestKind,
  size: number,
  { rng, viewRng }: { rng: Rng; viewRng: Rng },
): ReturnType<Canvas["expose"]> {
  const canvas = createCanvas(size);
  const shape = { width: between(rng, 0.27, 0.33), top: between(rng, -0.78, -0.7), bottom: between(rng, 0.55, 0.68) };
  const heart = {
    x: between(rng, 0.1, 0.16),
    y: between(rng, 0.26, 0.36),
    width: between(rng, 0.24, 0.32),
    height: between(rng, 0.3, 0.38),
  };
  const tissue: NoiseField = createNoiseField(rng.fork("tissue"), { frequency: 3, octaves: 4 });
  const markings: NoiseField = createNoiseField(rng.fork("markings"), { frequency: 7, octaves: 3 });
  const ribs = between(rng, 0.135, 0.155);
  const slope = between(rng, 0.5, 0.7);
  const phase = rng.uniform();
  const density = kind.density(viewRng);
  const [shiftX, shiftY, tilt] = [0.03 * viewRng.normal(), 0.03 * viewRng.normal(), 0.03 * viewRng.normal()];
  const exposure = between(viewRng, 0.9, 1.1);
  canvas.fill((color, u, v) => {
    const x = u - shiftX + tilt * v;
    const y = v - shiftY - tilt * u;
    const body = 1 - smoothstep(0.86, 0.97, Math.abs(x) / (0.98 - 0.25 * smoothstep(-0.6, -1, y)));
    const lung = lungAt(x, y, shape);
    const air = lung * (1 - density(x, y));
    let value = body * (168 + 12 * tissue(x, y)) - air * (118 - 14 * markings(x, y));
    // Ribs: bands that fall from the spine outwards, fainter in front of soft tissue.
    const arc = y - slope * 0.5 * Math.abs(x) ** 1.6 * (1 - 0.4 * y);
    const band = Math.abs(((((arc / ribs + phase) % 1) + 1) % 1) - 0.5) * 2;
    const isRib = smoothstep(0.55, 0.85, band) * body * smoothstep(-0.85, -0.7, y) * (1 - smoothstep(0.55, 0.75, y));
    value += (18 + 20 * lung) * isRib * smoothstep(0.1, 0.2, Math.abs(x));
    value += 46 * body * (1 - smoothstep(0.05, 0.11, Math.abs(x))) * (0.85 + 0.15 * Math.cos(y * 40)); // spine
    const heartAt = Math.hypot((x - heart.x) / heart.width, (y - heart.y) / heart.height);
    value += 0.85 * (172 - value) * body * (1 - smoothstep(0.82, 1.05, heartAt));
    const clavicle = Math.abs(y + 0.62 + 0.12 * Math.abs(x)) / 0.04;
    if (Math.abs(x) > 0.08 && Math.abs(x) < 0.7) value += 34 * (1 - smoothstep(0.5, 1, clavicle));
    color.fill(exposure * value + 8);
  });
  return canvas.expose(viewRng, { blur: 1, noise: between(viewRng, 3, 8), channels: 1 });
}
