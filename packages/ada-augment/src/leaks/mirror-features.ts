import type { ImagePlanes } from "./image-planes.ts";

/**
 * Signs of a reflected border. Geometric ops fill what comes in with the reflection, so the image is its own mirror image about a
 * line: one parallel to a side (shifts, scaling) or slanting across the corners (rotation). A line of true reflection stands out from
 * its neighbours, whatever the image shows.
 *
 * @returns Logarithms of how far the best line stands out: the four sides in ascending order, then the corners' best.
 */
export function mirrorFeatures({ height, width, luma }: Pick<ImagePlanes, "height" | "width" | "luma">): number[] {
  const sides = [
    bestAxis({ luma, lines: height, lineStep: width, length: width, first: 0, step: 1 }),
    bestAxis({ luma, lines: height, lineStep: width, length: width, first: width - 1, step: -1 }),
    bestAxis({ luma, lines: width, lineStep: 1, length: height, first: 0, step: width }),
    bestAxis({ luma, lines: width, lineStep: 1, length: height, first: (height - 1) * width, step: -width }),
  ].sort((a, b) => a - b);
  return [...sides, ...slantedAxis({ height, width, luma })];
}

/** Below this mean difference two sides of an axis count as equal: a little over the steps of 8-bit images. */
const EQUAL = 0.004;

interface Side {
  readonly luma: Float64Array;
  readonly lines: number;
  readonly lineStep: number;
  readonly length: number;
  /** Where line 0 begins at the border, and the step inwards. */
  readonly first: number;
  readonly step: number;
}

/** The lowest ratio of the mirror difference about an axis near the border to that about its neighbours two pixels away. */
function bestAxis({ luma, lines, lineStep, length, first, step }: Side): number {
  const farthest = Math.floor(length / 4);
  // Axes at half pixels: axis a lies at a/2 pixels from the border.
  const differences = new Float64Array(2 * farthest + 5);
  for (let axis = 2; axis < differences.length; axis++) {
    let sum = 0;
    let count = 0;
    for (let inner = Math.floor(axis / 2) + 1; inner <= axis && inner < length; inner++) {
      const outer = axis - inner;
      for (let line = 0; line < lines; line++) {
        const start = first + line * lineStep;
        sum += Math.abs(luma[start + inner * step] - luma[start + outer * step]);
      }
      count += lines;
    }
    differences[axis] = sum / Math.max(1, count);
  }
  let best = 0;
  for (let axis = 6; axis <= 2 * farthest; axis++) {
    const around = Math.min(differences[axis - 4], differences[axis + 4]);
    best = Math.min(best, Math.log((differences[axis] + EQUAL) / (around + EQUAL)));
  }
  return best;
}

const ANGLE_STEPS = 45;
const DISTANCES = [0.8, 0.9, 1, 1.1, 1.2];

/** The four corners cut off by the sides of a turned square: the best of all turns and sizes against their median, and its share of equal pixels. */
function slantedAxis({ height, width, luma }: Pick<ImagePlanes, "height" | "width" | "luma">): number[] {
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const at = (x: number, y: number): number => {
    const [left, top] = [Math.min(width - 2, Math.max(0, Math.floor(x))), Math.min(height - 2, Math.max(0, Math.floor(y)))];
    const [fx, fy] = [x - left, y - top];
    const i = top * width + left;
    return (1 - fy) * ((1 - fx) * luma[i] + fx * luma[i + 1]) + fy * ((1 - fx) * luma[i + width] + fx * luma[i + width + 1]);
  };
  const all: number[] = [];
  for (let turn = 0; turn < ANGLE_STEPS; turn++) {
    for (const distance of DISTANCES) {
      let sum = 0;
      let count = 0;
      for (let quarter = 0; quarter < 4; quarter++) {
        const angle = ((turn + 0.5) / ANGLE_STEPS + quarter) * (Math.PI / 2);
        const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
        const reach = distance * Math.abs(quarter % 2 === 0 ? centreX : centreY);
        for (let along = -12; along <= 12; along += 2)
          for (let beyond = 1; beyond <= 3; beyond++) {
            const u = (along / 12) * Math.max(centreX, centreY);
            const [x, y] = [centreX + nx * (reach + beyond) - ny * u, centreY + ny * (reach + beyond) + nx * u];
            if (x < 0 || x > width - 1 || y < 0 || y > height - 1) continue;
            sum += Math.abs(at(x, y) - at(x - 2 * beyond * nx, y - 2 * beyond * ny));
            count++;
          }
      }
      if (count >= 12) all.push(Math.log(sum / count + EQUAL));
    }
  }
  if (all.length === 0) return [0, 0];
  const sorted = [...all].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return [sorted[0] - median, sorted[Math.min(2, sorted.length - 1)] - median];
}
