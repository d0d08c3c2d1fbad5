import * as tf from "@tensorflow/tfjs-core";
import type { ImageArray } from "../images.ts";
import type { InceptionMode } from "./modes.ts";

/** Side of the network's input. */
const INPUT_SIZE = 299;

/** Resizing matrices as tensors, kept while images keep their size. */
export interface InputPreparation {
  /** The network's input [count, 299, 299, 3], owned by the caller. */
  prepare(images: ImageArray): tf.Tensor4D;
  dispose(): void;
}

/**
 * uint8 images → the network's input as the mode's reference program makes it: horizontal, then vertical resize in float32,
 * then (value − offset)·scale. Grey images are taken as RGB.
 */
export function createInputPreparation(mode: InceptionMode): InputPreparation {
  let matrices: { height: number; width: number; across: tf.Tensor2D; down: tf.Tensor3D } | undefined;
  const dispose = (): void => {
    if (matrices) tf.dispose([matrices.across, matrices.down]);
    matrices = undefined;
  };
  const matricesFor = (height: number, width: number): { across: tf.Tensor2D; down: tf.Tensor3D } => {
    if (matrices?.height === height && matrices.width === width) return matrices;
    dispose();
    const horizontal = mode.matrix(INPUT_SIZE, width);
    const vertical = mode.matrix(INPUT_SIZE, height);
    const across = tf.tidy(() => tf.transpose(tf.tensor2d(horizontal.data, [INPUT_SIZE, width]))); // [width, 299]
    matrices = { height, width, across, down: tf.tensor3d(vertical.data, [1, INPUT_SIZE, height]) };
    return matrices;
  };

  return {
    prepare(images) {
      const { count, height, width } = images;
      const isResized = height !== INPUT_SIZE || width !== INPUT_SIZE;
      const resizing = isResized ? matricesFor(height, width) : undefined;
      return tf.tidy(() => {
        let planes = tf.tensor3d(toPlanes(images), [count * 3, height, width]);
        if (resizing) {
          const rows = tf.matMul(tf.reshape(planes, [count * 3 * height, width]), resizing.across); // [count·3·height, 299]
          planes = tf.matMul(resizing.down, tf.reshape(rows, [count * 3, height, INPUT_SIZE])); // [count·3, 299, 299]
        }
        if (mode.clips) planes = tf.clipByValue(planes, 0, 255);
        const normalised = tf.mul(tf.sub(planes, mode.offset), mode.scale);
        return tf.transpose(tf.reshape(normalised, [count, 3, INPUT_SIZE, INPUT_SIZE]), [0, 2, 3, 1]) as tf.Tensor4D;
      });
    },
    dispose,
  };
}

/** [count, height, width, 1 or 3] uint8 → [count, 3, height, width] float32, a plane a colour. */
function toPlanes({ data, count, height, width, channels }: ImageArray): Float32Array {
  const size = height * width;
  const planes = new Float32Array(count * 3 * size);
  for (let n = 0; n < count; n++)
    for (let c = 0; c < 3; c++) {
      const source = n * size * channels + (channels === 3 ? c : 0);
      const target = (n * 3 + c) * size;
      for (let i = 0; i < size; i++) planes[target + i] = data[source + i * channels];
    }
  return planes;
}
