import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";

/**
 * Rows of a table by their numbers: a class label or a token as a vector.
 *
 * @param indices - Integers [...] from 0 to count − 1: an int32 tensor (not checked: reading it back would wait for the
 * backend; an index outside gives an undefined row) or plain numbers (checked).
 * @param params - weight [count, features].
 * @returns [..., features].
 * @throws UsageError for plain numbers outside the table.
 * @see torch.nn.Embedding.
 */
export function embedding(indices: tf.Tensor | readonly number[], { weight }: { readonly weight: tf.Tensor }): tf.Tensor {
  const [count] = weight.shape;
  if (!(indices instanceof tf.Tensor))
    for (const index of indices)
      expect(
        Number.isInteger(index) && index >= 0 && index < count,
        "embedding",
        `indices must be integers from 0 to ${count - 1}; got ${index}.`,
      );
  return tf.tidy(() => {
    const rows = indices instanceof tf.Tensor ? tf.cast(indices, "int32") : tf.tensor1d([...indices], "int32");
    return tf.gather(weight, rows);
  });
}
