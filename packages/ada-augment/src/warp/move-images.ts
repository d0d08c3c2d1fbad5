import * as tf from "@tensorflow/tfjs-core";
import { blitImages, fillBlitIndex, mapsPixelsOntoPixels } from "../blit.ts";
import { type Homogeneous, identityMatrix } from "../homogeneous.ts";
import { composedWarp } from "./composed-warp.ts";
import { warpImage } from "./warp-kernel.ts";
import { type Margins, marginsOf, type SamplePositions, samplePositions, widestMargins } from "./warp-plan.ts";

export interface MoveOptions {
  /**
   * What becomes of an image whose matrix takes pixels onto pixels: "copied", it comes out pixel for pixel; "resampled", it is filtered
   * like all others, as the StyleGAN2-ADA program does (only whole-pixel shifts come out of that unchanged).
   */
  readonly blits: "copied" | "resampled";
  /**
   * How far the reflection beyond the border reaches: as far as the image itself needs, or, as in the StyleGAN2-ADA program, as far as the
   * neediest of the batch does. It shows only where an image is made much smaller.
   */
  readonly margins: "image" | "batch";
}

/** One image's part of a move. */
type Move =
  | { readonly kind: "keep" }
  | { readonly kind: "copy"; readonly inverse: Homogeneous }
  | { readonly kind: "warp"; readonly margins: Margins; readonly positions: SamplePositions };

/** Backends whose numbers are in this process's memory, where reading them costs a copy. */
const HOST_BACKENDS = ["cpu", "wasm", "tensorflow"];

/**
 * Reads each image through its affine map: reflected beyond the border, doubled by the sym6 filter, sampled bilinearly, filtered down.
 * Linear in the images, with the exact transpose as gradient, so it can be differentiated as often as wanted.
 *
 * @param images - [batch, height, width, 1 or 3]
 * @param inverses - 3×3 an image, from output to input coordinates in pixels from the image centre; x to the right, y down.
 * @returns [batch, height, width, 1 or 3]
 * Cost: see warpImage; images with the identity are copied.
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B, "Geometric and color transformations".
 */
export function moveImages(images: tf.Tensor4D, inverses: readonly Homogeneous[], { blits, margins }: MoveOptions): tf.Tensor4D {
  const [, height, width] = images.shape;
  const size = { height, width };
  const isBlit = inverses.map((inverse) => blits === "copied" && mapsPixelsOntoPixels(inverse, size));
  if (isBlit.every(Boolean)) return blitImages(images, inverses);
  const own = inverses.map((inverse) => marginsOf(inverse, size));
  const shared = margins === "batch" ? widestMargins(own) : undefined;
  const moves = inverses.map((inverse, i): Move => {
    if (inverse.every((entry, k) => entry === identityMatrix(3)[k])) return { kind: "keep" };
    if (isBlit[i]) return { kind: "copy", inverse };
    return { kind: "warp", margins: shared ?? own[i], positions: samplePositions(inverse, size) };
  });
  return HOST_BACKENDS.includes(tf.getBackend()) ? moveOnHost(images, moves, false) : moveOnDevice(images, moves, inverses);
}

/** In this process's memory, through the wasm kernel, whatever the backend. */
function moveOnHost(images: tf.Tensor4D, moves: readonly Move[], isTransposed: boolean): tf.Tensor4D {
  const linear = tf.customGrad((x) => ({
    value: movePixels(x as tf.Tensor4D, moves, isTransposed), // called with `images` below
    gradFunc: (dy: tf.Tensor) => moveOnHost(dy as tf.Tensor4D, moves, !isTransposed), // of the same shape
  }));
  return tf.tidy(() => linear(images) as tf.Tensor4D);
}

function movePixels(images: tf.Tensor4D, moves: readonly Move[], isTransposed: boolean): tf.Tensor4D {
  const [, height, width, channels] = images.shape;
  const size = height * width * channels;
  const given = images.dataSync() as Float32Array; // images are float32
  const out = new Float32Array(given.length);
  moves.forEach((move, i) => {
    const from = given.subarray(i * size, (i + 1) * size);
    const to = out.subarray(i * size, (i + 1) * size);
    if (move.kind === "keep") to.set(from);
    else if (move.kind === "copy") copyPixels(from, to, { inverse: move.inverse, height, width, channels, isTransposed });
    else warpImage(from, to, { height, width, channels, ...move }, isTransposed);
  });
  return tf.tensor4d(out, images.shape);
}

interface CopyOptions {
  readonly inverse: Homogeneous;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly isTransposed: boolean;
}

function copyPixels(from: Float32Array, to: Float32Array, { inverse, height, width, channels, isTransposed }: CopyOptions): void {
  const index = new Int32Array(height * width);
  fillBlitIndex(index, inverse, { first: 0, height, width });
  for (let i = 0; i < index.length; i++)
    for (let c = 0; c < channels; c++) {
      if (isTransposed) to[index[i] * channels + c] += from[i * channels + c];
      else to[i * channels + c] = from[index[i] * channels + c];
    }
}

/** On a graphics processor, without reading anything back. */
function moveOnDevice(images: tf.Tensor4D, moves: readonly Move[], inverses: readonly Homogeneous[]): tf.Tensor4D {
  return tf.tidy(() => {
    const identity = identityMatrix(3);
    const [batch, height, width] = images.shape;
    const unmoved = samplePositions(identity, { height, width });
    const none = marginsOf(identity, { height, width });
    const warped = composedWarp(
      images,
      moves.map((move) => (move.kind === "warp" ? move : { margins: none, positions: unmoved })),
    );
    if (moves.every(({ kind }) => kind === "warp")) return warped;
    const copied = blitImages(
      images,
      moves.map(({ kind }, i) => (kind === "copy" ? inverses[i] : identity)),
    );
    const share = tf.tensor4d(
      moves.map(({ kind }) => (kind === "warp" ? 1 : 0)),
      [batch, 1, 1, 1],
    );
    return tf.add(tf.mul(warped, share), tf.mul(copied, tf.sub(1, share)));
  });
}
