import { createHash } from "node:crypto";
import { copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { importImages } from "dataset-zip/node";
import { expect } from "repro-kit";

/** An image to project, at the network's size. */
export interface ProjectionTarget {
  /** Name of its file without folder and ending; no two are the same. */
  readonly name: string;
  /** uint8, [height, width, channels]. */
  readonly pixels: Uint8Array;
  /** Name of its class, where the source has classes. */
  readonly className?: string;
  /** SHA-256 of the pixels. */
  readonly digest: string;
}

/** Extensions that several images can stand behind. */
const MANY = /\.(zip|csv|tsv|npz|gz)$/i;

/**
 * Reads the images of a file, folder, table or zip, centre-cropped and resized to the network's size as the reference does it (Lanczos).
 *
 * @param limit - Most images to take.
 * @throws UsageError if there is no image, or one cannot be read.
 */
export async function readTargets(
  path: string,
  [height, width, channels]: readonly [number, number, number],
  limit: number | undefined,
): Promise<readonly ProjectionTarget[]> {
  expect(channels === 1 || channels === 3, "project", `images of ${channels} channels cannot be read.`);
  const isFile = (await stat(path)).isFile() && !MANY.test(path);
  // A single picture goes through the same reader, in a folder of its own.
  const folder = isFile ? await mkdtemp(join(tmpdir(), "qgan-target-")) : path;
  try {
    if (isFile) await copyFile(path, join(folder, basename(path)));
    const images = await importImages({
      source: folder,
      size: { height, width },
      channels,
      strict: true,
      minImages: 1,
      threads: 1,
      ...(isFile ? { labels: false } : {}),
      ...(limit === undefined ? {} : { maxImages: limit }),
    });
    const targets: ProjectionTarget[] = [];
    const names = new Set<string>();
    for await (const { pixels, label, source = "image" } of images) {
      const file = source.split("/").at(-1) ?? source;
      const stem = basename(file, extname(file)).replace(/[^\w.-]+/g, "-") || "image";
      let name = stem;
      for (let k = 2; names.has(name); k++) name = `${stem}-${k}`;
      names.add(name);
      const data = Uint8Array.from(pixels.data);
      const className = label === undefined ? undefined : images.classes?.[label];
      const digest = createHash("sha256").update(data).digest("hex");
      targets.push({ name, pixels: data, digest, ...(className === undefined ? {} : { className }) });
    }
    expect(targets.length > 0, "project", `there is no image to project in ${path}.`);
    return targets;
  } finally {
    if (isFile) await rm(folder, { recursive: true, force: true });
  }
}
