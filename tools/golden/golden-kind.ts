import type { WeightFile } from "tfjs-train";

/** One file of a golden folder, read when first asked for. */
export interface GoldenFile {
  /** Path below the golden root, with `/`. */
  readonly path: string;
  /** Absolute path, for kinds that read other formats (PNG, zip, pickle). */
  readonly absolutePath: string;
  /** Parsed JSON; undefined for other files. */
  readonly json: unknown;
  /** Tensors of a safetensors file; undefined for other files. */
  readonly tensors: WeightFile | undefined;
}

export interface GoldenFolder {
  /** Path below the golden root, with `/`; "" is the root. */
  readonly path: string;
  /** Files that lie in the folder itself. */
  readonly files: readonly GoldenFile[];
  /** Absolute path of the golden root that was given. */
  readonly root: string;
  /** Absolute path of the shared folder, whose data/ and weights/ every root uses. */
  readonly shared: string;
}

/** A quantity that was compared: it passes when `error <= tolerance` (NaN fails). */
export interface Deviation {
  readonly what: string;
  readonly error: number;
  readonly tolerance: number;
}

export interface GoldenCase {
  readonly name: string;
  /** Compares ours with the stored numbers; undefined while the piece it tests is not built ("pending"). */
  readonly check: (() => Promise<readonly Deviation[]> | readonly Deviation[]) | undefined;
}

export interface GoldenMatch {
  /** The files that these cases were read from. */
  readonly files: readonly GoldenFile[];
  readonly cases: readonly GoldenCase[];
}

/**
 * A kind of case, recognised by its fields as the README of its folder defines them, never by the name or the number of
 * the file that holds it. One kind is one file in `kinds/` and one entry in `kinds/index.ts`.
 */
export interface GoldenKind {
  readonly name: string;
  /** The cases of this kind in a folder; an empty list when there is none. */
  find(folder: GoldenFolder): readonly GoldenMatch[];
}
