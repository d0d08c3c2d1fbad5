import type { DifferentiableExtractor } from "fid-metrics";
import type { GeneratorChoice } from "../generate/open-generator.ts";
import type { DistanceIdentity } from "./perceptual-features.ts";

export interface ProjectTargetsOptions extends GeneratorChoice {
  /** An image, a folder, a table or zip of images. */
  readonly target?: string;
  /** Most images of the target. */
  readonly images?: number;
  /** Class of all targets; by default their own, where target and generator name the same classes. */
  readonly class?: string;
  /** "w" (default) or "w+". */
  readonly space?: "w" | "w+";
  /** Default 1000. */
  readonly steps?: number;
  /**
   * "random" (default), "pixels", "lpips", "inception", "dinov2", "clip", or a backbone; or any extractor with a gradient, as
   * `createFunctionExtractor` makes it of a function. It stays the caller's, and `resume` needs it again.
   */
  readonly distance?: string | DifferentiableExtractor;
  /** The network's weights; of LPIPS one file, or two with a comma between. */
  readonly weights?: string;
  /** Also project so many of the generator's own images, to compare with. Default 0. */
  readonly generated?: number;
  /** Targets at once. Default 4. */
  readonly batch?: number;
  /** Of the noise. Default 0. */
  readonly seed?: number;
  /** Seconds between two saved states. Default 30. */
  readonly saveSeconds?: number;
  readonly out?: string;
  readonly backend?: string;
  /** A folder that was begun before, in place of all other options but `backend` and an extractor. */
  readonly resume?: string;
}

/** project.json: what a folder was begun with. */
export interface ProjectionFile {
  readonly format: 1;
  /** An extractor is not among them. */
  readonly options: Omit<ProjectTargetsOptions, "resume" | "out" | "distance"> & { readonly distance?: string };
  readonly distance: DistanceIdentity;
  /** SHA-256 of the generator's weights. */
  readonly digest: string;
  /** Digests of the targets' pixels, in order. */
  readonly targets: readonly string[];
}

/** What is known of one target when it is done. */
export interface ProjectedImage {
  readonly name: string;
  /** Whether the target was a real image or one of the generator's. */
  readonly kind: "real" | "generated";
  readonly class?: string;
  /** Square root of the squared distance of features, at the end. */
  readonly distance: number;
  /** Root of the mean squared difference of levels, 0 to 255. */
  readonly levels: number;
  readonly target: string;
  readonly projected: string;
  readonly styles: string;
}

export interface ProjectTargetsResult {
  readonly out: string;
  readonly page: string;
  readonly distance: DistanceIdentity;
  readonly images: readonly ProjectedImage[];
  /** False after Ctrl-C: `--resume` goes on. */
  readonly isDone: boolean;
}
