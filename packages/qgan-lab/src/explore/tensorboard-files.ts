import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compressPng } from "../run-folder/compress-png.ts";
import type { ByteImage } from "../run-folder/image-grid.ts";

export interface MapItem {
  readonly kind: "real" | "generated";
  readonly name: string;
  readonly class?: string;
}

export interface TensorboardOptions {
  readonly items: readonly MapItem[];
  /** [items, dimension]. */
  readonly features: Float64Array;
  /** Thumbnails in rows, as many a row as there are rows. */
  readonly sprite: ByteImage;
  /** Side of a thumbnail. */
  readonly side: number;
}

/** A square sheet of thumbnails, row by row, as TensorBoard's projector wants it. */
export function makeSprite(thumbnails: Uint8Array, side: number): ByteImage & { readonly columns: number } {
  const size = side * side * 3;
  const count = thumbnails.length / size;
  const columns = Math.ceil(Math.sqrt(count));
  const width = columns * side;
  const data = new Uint8Array(width * width * 3).fill(255);
  for (let i = 0; i < count; i++)
    for (let y = 0; y < side; y++) {
      const row = thumbnails.subarray(i * size + y * side * 3, i * size + (y + 1) * side * 3);
      data.set(row, ((Math.floor(i / columns) * side + y) * width + (i % columns) * side) * 3);
    }
  return { data, height: width, width, channels: 3, columns };
}

/** Files of TensorBoard's projector: `tensorboard --logdir <folder>`, or the files one by one at projector.tensorflow.org. */
export async function writeTensorboardFiles(
  folder: string,
  { items, features, sprite, side }: TensorboardOptions,
): Promise<void> {
  const dimension = features.length / items.length;
  const rows = items.map((_, i) =>
    [...features.subarray(i * dimension, (i + 1) * dimension)].map((value) => Number(value.toPrecision(7))).join("\t"),
  );
  await writeFile(join(folder, "tensors.tsv"), `${rows.join("\n")}\n`);
  const clean = (text: string): string => text.replace(/[\t\r\n]+/g, " ");
  const labels = items.map(({ kind, name, class: one = "" }, i) => [String(i), kind, clean(one), clean(name)].join("\t"));
  await writeFile(join(folder, "metadata.tsv"), `${["index\tkind\tclass\tname", ...labels].join("\n")}\n`);
  await writeFile(join(folder, "sprite.png"), compressPng(sprite));
  const config = `embeddings {
  tensor_name: "features"
  tensor_path: "tensors.tsv"
  metadata_path: "metadata.tsv"
  sprite {
    image_path: "sprite.png"
    single_image_dim: ${side}
    single_image_dim: ${side}
  }
}
`;
  await writeFile(join(folder, "projector_config.pbtxt"), config);
}
