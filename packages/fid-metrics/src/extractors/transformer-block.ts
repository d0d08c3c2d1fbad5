import * as tf from "@tensorflow/tfjs-core";
import { layerNorm, type MultiHeadAttentionParams, multiHeadAttention, type NormParams } from "tfjs-train";

interface DenseParams {
  /** [in, out] */
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
}

/** Weights of a pre-norm transformer block, in tfjs layout. */
export interface TransformerBlock {
  readonly norm1: NormParams;
  readonly attention: MultiHeadAttentionParams;
  /** Layer scale [features] of the attention's output. */
  readonly scale1?: tf.Tensor;
  readonly norm2: NormParams;
  readonly up: DenseParams;
  readonly down: DenseParams;
  readonly scale2?: tf.Tensor;
}

type TransformerActivation = "gelu" | "quick-gelu" | "swiglu";

export interface TransformerOptions {
  readonly heads: number;
  readonly epsilon: number;
  readonly activation: TransformerActivation;
}

/**
 * x + γ₁·attention(norm(x)), then x + γ₂·mlp(norm(x)).
 *
 * @param x - [batch, tokens, features]
 * @see Dosovitskiy et al. 2021, arXiv:2010.11929, eqs. (2)–(3); layer scale: Touvron et al. 2021, arXiv:2103.17239, eq. (4).
 */
export function transformerBlock(x: tf.Tensor3D, block: TransformerBlock, options: TransformerOptions): tf.Tensor3D {
  const { heads, epsilon, activation } = options;
  return tf.tidy(() => {
    const attended = multiHeadAttention(layerNorm(x, block.norm1, { epsilon }), block.attention, { heads });
    const y = tf.add(x, scaled(attended, block.scale1)) as tf.Tensor3D;
    const [batch, tokens, features] = y.shape;
    const rows = tf.reshape(layerNorm(y, block.norm2, { epsilon }), [batch * tokens, features]) as tf.Tensor2D;
    const inner = activate(project(rows, block.up), activation);
    const out = tf.reshape(project(inner, block.down), y.shape) as tf.Tensor3D;
    return tf.add(y, scaled(out, block.scale2));
  });
}

const scaled = (x: tf.Tensor3D, scale: tf.Tensor | undefined): tf.Tensor => (scale ? tf.mul(x, scale) : x);

const project = (rows: tf.Tensor2D, { weight, bias }: DenseParams): tf.Tensor2D =>
  tf.add(tf.matMul(rows, weight as tf.Tensor2D), bias);

function activate(x: tf.Tensor2D, activation: TransformerActivation): tf.Tensor2D {
  if (activation === "quick-gelu") return tf.mul(x, tf.sigmoid(tf.mul(x, 1.702)));
  if (activation === "gelu") return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  const [gate, value] = tf.split(x, 2, 1);
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), value);
}
