import type { Tensor4D } from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { Draws } from "./draws.ts";
import type { Homogeneous } from "./homogeneous.ts";

/** What an op may look at while it draws the values for one image. */
export interface SampleContext {
  readonly draws: Draws;
  /** Image size in pixels. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The op's probability, p · strength, in [0, 1]. */
  readonly p: number;
  /** `value` with a probability, the op's p if none is given, else `identity`. One gate is drawn; draw the value before it. */
  chance<T>(value: T, identity: T, probability?: number): T;
}

/** What ops of every stage have. */
export interface AugmentOpBase {
  /** Name of the op and of its random stream; unique within a pipeline. */
  readonly name: string;
  /** Where the op is defined. */
  readonly source: string;
  /** Multiplies p for this op, in [0, 1]. */
  readonly strength: number;
}

/**
 * An op that moves pixels as they are: flips, quarter turns, shifts by whole pixels. The matrices of all blits and geometric ops are
 * multiplied in the order of the list, and the images are read once through the product; what lies outside is reflected.
 */
export interface BlitOp extends AugmentOpBase {
  readonly stage: "blit";
  /** Maps output to input coordinates, 3×3, in pixels from the image centre: x to the right, y down. */
  inverse(context: SampleContext): Homogeneous;
}

/** An op that scales, turns or shifts the image by any amount: an affine map. */
export interface GeometryOp extends AugmentOpBase {
  readonly stage: "geometry";
  /** As `BlitOp.inverse`. */
  inverse(context: SampleContext): Homogeneous;
  /**
   * A second matrix with draws that follow those of the first. It is multiplied in behind the op named `after`, where that stands
   * later in the list, else right behind the first: turning, stretching, turning again stretches along any axis.
   */
  readonly second?: { readonly after: string; inverse(context: SampleContext): Homogeneous };
}

/** An op that is one 4×4 matrix on (r, g, b, 1). Matrices of later ops are multiplied from the left, then applied once. */
export interface ColorOp extends AugmentOpBase {
  readonly stage: "color";
  matrix(context: SampleContext): Homogeneous;
}

/** An op that damages the image after the geometry and colour are done. */
export interface CorruptionOp extends AugmentOpBase {
  readonly stage: "corruption";
  /** The numbers for one image, or undefined to leave the image as it is. */
  sample(context: SampleContext): ArrayLike<number> | undefined;
  /** Applies `samples[i]` to image i; differentiable twice. */
  apply(images: Tensor4D, samples: readonly (ArrayLike<number> | undefined)[]): Tensor4D;
}

/** One augmentation. Passes through a pipeline in the order of the stages: blit and geometry together, color, corruption. */
export type AugmentOp = BlitOp | GeometryOp | ColorOp | CorruptionOp;

/** Options that every op has. */
export interface OpOptions {
  /** Multiplies p for this op, in [0, 1]. @defaultValue 1 */
  readonly strength?: number;
}

/** A built-in op by name: what presets and the command line refer to. */
export interface AugmentOpKind {
  readonly name: string;
  /** Makes the op. Options it does not know are refused. */
  create(options?: object): AugmentOp;
}

/** @throws UsageError unless `value` is a finite number in [low, high]. */
export function checkRange(scope: string, name: string, value: number, low: number, high: number): void {
  expect(value >= low && value <= high, scope, `${name} must be a number in [${low}, ${high}]; got ${value}.`);
}

/** Where the ops of the pipe are defined. */
export const PAPER = "Karras et al. 2020, arXiv:2006.06676, Appendix B";
