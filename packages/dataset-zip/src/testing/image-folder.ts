import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LabelledImage } from "../dataset/labelled-image.ts";
import { type ImageImport, type ImportImagesOptions, type ImportReport, importImages } from "../import/import-images.ts";
import { encodePng } from "../png/encode-png.ts";

/** A folder for one test, and the importer pointed at it. */
export interface ImageFolder {
  readonly path: string;
  put(files: Readonly<Record<string, Uint8Array | string>>): Promise<void>;
  read(options?: Partial<ImportImagesOptions>): Promise<{ imported: ImageImport; images: LabelledImage[]; report: ImportReport }>;
  remove(): Promise<void>;
}

export async function createImageFolder(): Promise<ImageFolder> {
  const path = await mkdtemp(join(tmpdir(), "dataset-zip-"));
  return {
    path,
    async put(files) {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), content);
      }
    },
    async read(options = {}) {
      const imported = await importImages({ source: path, ...options });
      const images: LabelledImage[] = [];
      for await (const image of imported) images.push(image);
      return { imported, images, report: imported.report() };
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** A PNG of one value; grey unless three channels are asked for. */
export const flatPng = (value: number, { size = 4, channels = 1 } = {}): Uint8Array =>
  encodePng({ data: new Uint8Array(size * size * channels).fill(value), height: size, width: size, channels });
