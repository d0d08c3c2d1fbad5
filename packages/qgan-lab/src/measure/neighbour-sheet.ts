import { type Features, type ImageArray, type Metric, nearestNeighbours } from "fid-metrics";
import { type ByteImage, makeImageGrid } from "../run-folder/image-grid.ts";

/** Generated images shown, those nearest to a real one first. */
const ROWS = 10;
/** Real images beside each. */
const NEIGHBOURS = 6;
const GAP = 3;

/** A picture sheet that is filled while an evaluation runs. */
export interface NeighbourSheet {
  /** Goes into the evaluation beside the metrics. */
  readonly metric: Metric;
  /** The sheet; undefined before the evaluation. */
  picture(): ByteImage | undefined;
}

/** Each row: a generated image, and the six real ones nearest to it by feature; first the generated image that is nearest to any. */
export function createNeighbourSheet(): NeighbourSheet {
  let sheet: ByteImage | undefined;
  return {
    picture: () => sheet,
    metric: {
      name: "neighbours",
      source: "feature distance",
      better: "higher",
      needs: ["allImages"],
      compute(real, generated, _rng, material) {
        if (material?.allImages) sheet = drawSheet(real, generated, material.allImages);
        return {};
      },
    },
  };
}

function drawSheet(
  real: Features,
  generated: Features,
  images: { readonly real: ImageArray; readonly generated: ImageArray },
): ByteImage {
  const { distances } = nearestNeighbours(generated, real);
  const rows = Array.from(distances.keys())
    .sort((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, ROWS);
  const { height, width, channels } = images.real;
  const size = height * width * channels;
  const pixels = new Uint8Array(rows.length * (NEIGHBOURS + 1) * size).fill(255);
  rows.forEach((row, i) => {
    const picture = (at: number, { data }: ImageArray, index: number): void =>
      pixels.set(data.subarray(index * size, (index + 1) * size), (i * (NEIGHBOURS + 1) + at) * size);
    picture(0, images.generated, row);
    nearestRows(generated, row, real).forEach((index, k) => {
      picture(k + 1, images.real, index);
    });
  });
  return makeImageGrid(pixels, { imageShape: [height, width, channels], columns: NEIGHBOURS + 1, gap: GAP });
}

function nearestRows(query: Features, row: number, { count, dimension, data }: Features): number[] {
  const squared = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += (data[i * dimension + k] - query.data[row * dimension + k]) ** 2;
    return sum;
  });
  return Array.from(squared.keys())
    .sort((a, b) => squared[a] - squared[b] || a - b)
    .slice(0, NEIGHBOURS);
}
