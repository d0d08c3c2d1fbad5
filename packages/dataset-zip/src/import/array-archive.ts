import { basename, dirname, resolve } from "node:path";
import type { RasterImage } from "array-kernels";
import { DATASET_JSON } from "../dataset/dataset-json.ts";
import { encodePng } from "../png/encode-png.ts";
import type { ImageSource } from "./image-source.ts";

/** Pictures that stand as numbers in one file, with the labels that belong to them. */
export interface ArrayArchive {
  readonly count: number;
  image(index: number): RasterImage<Uint8Array>;
  /** The class of each picture; a list of rows where one picture has several. */
  readonly labels?: readonly (number | readonly number[])[];
  readonly classes?: readonly string[];
  /** Folder of each picture, such as the part of a set it belongs to. Default: none. */
  folderOf?(index: number): string;
}

/** Shows arrays as what every other source is: a folder of PNGs with a dataset.json beside them. */
export function openArrayArchive(path: string, archive: ArrayArchive): ImageSource {
  const { count, labels, classes, folderOf } = archive;
  const paths = Array.from({ length: count }, (_, i) => {
    const name = `${String(i).padStart(8, "0")}.png`;
    return folderOf ? `${folderOf(i)}/${name}` : name;
  });
  const indexOf = new Map(paths.map((name, i) => [name, i]));
  const table = labels && { labels: paths.map((name, i) => [name, labels[i]]), ...(classes ? { classes } : {}) };
  return {
    name: basename(path),
    folder: dirname(resolve(path)),
    paths: [...paths, ...(table ? [DATASET_JSON] : [])],
    async read(wanted) {
      if (wanted === DATASET_JSON) return new TextEncoder().encode(JSON.stringify(table));
      const index = indexOf.get(wanted);
      if (index === undefined) throw new Error(`bug: no picture ${wanted}.`);
      return encodePng(archive.image(index));
    },
    close: async () => {},
  };
}
