import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { logSoftmax } from "./activations.ts";

/**
 * softmax(q·kᵀ/√d + mask)·v. Of plain ops, differentiable twice. Memory: one [..., queries, keys] matrix.
 *
 * @param q - [..., queries, d].
 * @param k - [..., keys, d].
 * @param v - [..., keys, e].
 * @param options - `mask` is added to the products, broadcast to [..., queries, keys]: −1e9 where a query may not look, or −∞ if it
 * may look somewhere else.
 * @returns [..., queries, e].
 * @throws UsageError for a mask of booleans: added to the products it would hide nothing.
 * @see Vaswani et al. 2017, eq. 1; torch.nn.functional.scaled_dot_product_attention.
 */
export function attention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  options: { readonly mask?: tf.Tensor; readonly scale?: number } = {},
): tf.Tensor {
  checkOptions("attention", options, ["mask", "scale"]);
  const { mask, scale = 1 / Math.sqrt(q.shape[q.rank - 1]) } = options;
  expect(
    mask?.dtype !== "bool",
    "attention",
    "the mask is added and must be numbers; got booleans. Give tf.where(mask, 0, -1e9) if true is where a query may look.",
  );
  return tf.tidy(() => {
    const products = tf.mul(tf.matMul(q, k, false, true), scale);
    return tf.matMul(tf.exp(logSoftmax(mask ? tf.add(products, mask) : products)), v);
  });
}

/** Weights of {@link multiHeadAttention}, with PyTorch's names; in tfjs layout. */
export interface MultiHeadAttentionParams {
  /** [features, 3·features]: queries, keys, values side by side. */
  readonly in_proj_weight: tf.Tensor;
  readonly in_proj_bias?: tf.Tensor;
  /** [features, features]. */
  readonly "out_proj.weight": tf.Tensor;
  readonly "out_proj.bias"?: tf.Tensor;
}

/**
 * Self-attention of several heads: project to queries, keys and values, attend in each head, join, project.
 *
 * @param x - [batch, tokens, features].
 * @throws UsageError if the features do not divide by the heads, or the joint projection has another shape.
 * @see Vaswani et al. 2017, Sec. 3.2.2; torch.nn.MultiheadAttention (batch_first, q = k = v).
 */
export function multiHeadAttention(
  x: tf.Tensor3D,
  params: MultiHeadAttentionParams,
  options: { readonly heads: number; readonly mask?: tf.Tensor },
): tf.Tensor3D {
  checkOptions("multiHeadAttention", options, ["heads", "mask"]);
  const { heads, mask } = options;
  const [batch, tokens, features] = x.shape;
  expect(
    Number.isInteger(heads) && heads >= 1 && features % heads === 0,
    "multiHeadAttention",
    `heads must divide the ${features} features; got ${heads}.`,
  );
  expect(
    tf.util.arraysEqual(params.in_proj_weight.shape, [features, 3 * features]),
    "multiHeadAttention",
    () => `in_proj_weight must be [${features}, ${3 * features}]; got [${params.in_proj_weight.shape.join(", ")}].`,
  );
  const project = (rows: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor => {
    const y = tf.matMul(rows as tf.Tensor2D, weight as tf.Tensor2D); // rows of features; matMul checks the ranks
    return bias ? tf.add(y, bias) : y;
  };
  return tf.tidy(() => {
    const rows = tf.reshape(x, [batch * tokens, features]);
    const joined = project(rows, params.in_proj_weight, params.in_proj_bias);
    const perHead = tf.transpose(tf.reshape(joined, [batch, tokens, 3, heads, features / heads]), [2, 0, 3, 1, 4]);
    const [q, k, v] = tf.unstack(perHead); // each [batch, heads, tokens, features/heads]
    const attended = tf.transpose(attention(q, k, v, mask ? { mask } : {}), [0, 2, 1, 3]);
    const y = project(tf.reshape(attended, [batch * tokens, features]), params["out_proj.weight"], params["out_proj.bias"]);
    return tf.reshape(y, [batch, tokens, features]);
  });
}
