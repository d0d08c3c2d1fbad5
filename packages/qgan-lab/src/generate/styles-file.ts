import { readFile } from "node:fs/promises";
import type { StyleNetwork } from "qgan-core";
import { expect, UsageError } from "repro-kit";
import { readNpz, writeNpz } from "tfjs-train";

/** The bytes of an `.npz` file of styles, an array `w`, [count, numStyles, styleSize]; `numpy.load` and the reference's `--projected-w` take it. */
export function stylesBytes(styles: Float32Array, { synthesis, styleSize }: StyleNetwork["network"]): Uint8Array {
  const { numStyles } = synthesis;
  return writeNpz({ w: { dtype: "F32", shape: [styles.length / (numStyles * styleSize), numStyles, styleSize], data: styles } });
}

/**
 * Styles of a file that `qgan project`, `qgan generate --save-styles` or the reference's projector wrote; one style a row is taken for
 * all layers.
 *
 * @returns [count, numStyles, styleSize].
 * @throws UsageError if the file holds no `w`, or one of another network.
 */
export async function readStylesFile(scope: string, path: string, { network }: StyleNetwork): Promise<Float32Array> {
  const { numStyles } = network.synthesis;
  const { styleSize } = network;
  const bytes = await readFile(path);
  let stored: Awaited<ReturnType<typeof readNpz>>;
  try {
    stored = await readNpz(bytes);
  } catch (cause) {
    if (!UsageError.isInstance(cause)) throw cause;
    throw new UsageError(`[${scope}] ${path} is no .npz file of styles: ${cause.message}`, { cause });
  }
  const { w } = stored.tensors;
  const names = Object.keys(stored.tensors).join(", ");
  expect(w, scope, `${path} holds no array "w" of styles; it holds ${names || "nothing"}.`);
  const { shape } = w;
  const values = Float32Array.from(w.data as ArrayLike<number>); // numbers of any type
  const isOf = (wanted: readonly number[]): boolean => wanted.every((size, i) => shape.at(i - wanted.length) === size);
  if (shape.length >= 2 && isOf([numStyles, styleSize])) return values;
  expect(
    shape.length <= 2 && isOf([styleSize]),
    scope,
    `"w" in ${path} is [${shape.join(", ")}]; this network takes [count, ${numStyles}, ${styleSize}]. Project with the same network.`,
  );
  const count = values.length / styleSize;
  const all = new Float32Array(count * numStyles * styleSize);
  for (let row = 0; row < count * numStyles; row++)
    all.set(
      values.subarray(Math.floor(row / numStyles) * styleSize, (Math.floor(row / numStyles) + 1) * styleSize),
      row * styleSize,
    );
  return all;
}
