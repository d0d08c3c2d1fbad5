import * as tf from "@tensorflow/tfjs-core";
import { byIndex, defineGradient, type GradientRule } from "./gradient-rule.ts";

interface EinsumFactor {
  readonly labels: string;
  readonly value: tf.Tensor;
}

/** A factor summed over the labels that nothing else has; tf.einsum trips over some of these. */
function sumAlone({ labels, value }: EinsumFactor, others: string): EinsumFactor {
  const axes = [...labels].flatMap((label, i) => (others.includes(label) ? [] : [i]));
  const left = [...labels].filter((label) => others.includes(label)).join("");
  return { labels: left, value: axes.length > 0 ? tf.sum(value, axes) : value };
}

const permuted = ({ labels, value }: EinsumFactor, order: string) =>
  labels === order
    ? value
    : tf.transpose(
        value,
        [...order].map((label) => labels.indexOf(label)),
      );

/**
 * Gradient of one factor of an einsum: the einsum of dy and the other factor onto those of its labels that either has, repeated
 * along the labels that were summed over it alone. ("ijm,jk->ik" by its first factor: "ik,jk->ij", the same for every m.)
 */
function factorGradient(dy: EinsumFactor, { labels, value }: EinsumFactor, second?: EinsumFactor): tf.Tensor {
  const other = second && sumAlone(second, labels + dy.labels);
  const found = [...labels].filter((label) => dy.labels.includes(label) || other?.labels.includes(label)).join("");
  const contracted = () => {
    if (other === undefined) return permuted(dy, found);
    // A scalar cannot be a term of tf.einsum.
    if (dy.labels === "") return tf.mul(dy.value, permuted(other, found));
    if (other.labels === "") return tf.mul(other.value, permuted(dy, found));
    return tf.einsum(`${dy.labels},${other.labels}->${found}`, dy.value, other.value);
  };
  const kept = [...labels].map((label, i) => (found.includes(label) ? value.shape[i] : 1));
  return tf.tile(
    tf.reshape(contracted(), kept),
    kept.map((size, i) => value.shape[i] / size),
  );
}

export const einsumGradients: readonly GradientRule[] = [
  // tf.einsum itself refuses more than two factors, repeated labels in one, and dots.
  defineGradient<{ equation: string }>("Einsum", "all", (dy, factors, { equation }) => {
    const [left, output] = equation.replace(/\s/g, "").split("->");
    const labels = left.split(",");
    return byIndex(
      factors.map((factor, i) => () => {
        const other = factors.length === 2 ? { labels: labels[1 - i], value: factors[1 - i] } : undefined;
        return factorGradient({ labels: output, value: dy }, { labels: labels[i], value: factor }, other);
      }),
    );
  }),
];
