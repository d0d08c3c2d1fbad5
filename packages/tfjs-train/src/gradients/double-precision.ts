import * as tf from "@tensorflow/tfjs-core";

/**
 * Runs in double precision: the cpu backend, which must be the current one, computes in whatever Float32Array is, and here that is
 * Float64Array. For tests: nothing made inside may be used outside, and nothing from outside inside.
 */
export function inDoublePrecision<T>(run: () => T): T {
  const single = globalThis.Float32Array;
  const { platform } = tf.env();
  const isTypedArray = platform.isTypedArray;
  platform.isTypedArray = (value): value is Float32Array => ArrayBuffer.isView(value);
  globalThis.Float32Array = Float64Array as unknown as Float32ArrayConstructor; // the whole point
  try {
    return run();
  } finally {
    globalThis.Float32Array = single;
    platform.isTypedArray = isTypedArray;
  }
}
