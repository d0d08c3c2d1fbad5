import type { RasterImage } from "array-kernels";

/** A picture and what is known of it; the currency of writers, importers and phantoms. */
export interface LabelledImage {
  /** [height, width, 1 or 3] bytes. */
  readonly pixels: RasterImage<Uint8Array>;
  /** Class index from 0. */
  readonly label?: number;
  /** Several labels at once, as the reference tool stores them: a number a class. */
  readonly labelVector?: readonly number[];
  /** What must not be split: the patient, the lesion. */
  readonly group?: string;
  /** Where it came from: a path within its folder or zip. */
  readonly source?: string;
  /** Number in the source, which gives the entry its name. Ascending. Default: the position among the images written. */
  readonly index?: number;
}

/** Values of a provenance block. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };
