import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { adopt, discardTape } from "./fused.ts";
import { mapParams, type Params } from "./params.ts";

/**
 * The function that returns a loss and its gradient by every parameter. Parameters that the loss does not use get zeros.
 * The caller owns `value` and all of `grads`.
 *
 * @param loss - Pure function of the parameters; other tensors come in by closure. Under another gradient it may be differentiated again.
 */
export function valueAndGrads(loss: (params: Params) => tf.Scalar): (params: Params) => { value: tf.Scalar; grads: Params } {
  const withAux = valueAndGradsAux((params) => ({ loss: loss(params), aux: {} }));
  return (params) => {
    const { value, grads } = withAux(params);
    return { value, grads };
  };
}

/**
 * As {@link valueAndGrads}, with tensors handed out beside the loss (running statistics, logits to log): they take no part
 * in the gradient, and the caller owns them.
 *
 * @throws UsageError if the loss is not a scalar.
 */
export function valueAndGradsAux<Aux extends Readonly<Record<string, tf.Tensor>>>(
  loss: (params: Params) => { readonly loss: tf.Scalar; readonly aux: Aux },
): (params: Params) => { value: tf.Scalar; grads: Params; aux: Aux } {
  return (params) =>
    tf.tidy(() => {
      const names = Object.keys(params);
      const tensors = Object.values(params);
      let aux: Aux | undefined;
      const forward = () => {
        const result = loss(params);
        expect(
          result.loss.rank === 0,
          "valueAndGrads",
          () => `the loss must be a scalar; got shape [${result.loss.shape}]. Take its mean.`,
        );
        // Kept: the tape disposes what its tidy holds when the forward pass ends.
        aux = Object.fromEntries(Object.entries(result.aux).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))])) as Aux; // same keys
        return result.loss;
      };
      const { value, grads } = record(forward, tensors);
      // The engine leaves out what the loss does not depend on.
      const filled = names.map(
        (name, i) => [name, (grads[i] as tf.Tensor | null | undefined) ?? tf.zerosLike(tensors[i])] as const,
      );
      const adopted = Object.fromEntries(Object.entries(aux ?? {}).map(([name, tensor]) => [name, adopt(tensor)])) as Aux; // same keys
      return { value: value as tf.Scalar, grads: Object.fromEntries(filled), aux: adopted }; // the loss is a scalar: checked above
    });
}

function record(forward: () => tf.Scalar, tensors: tf.Tensor[]): { value: tf.Tensor; grads: tf.Tensor[] } {
  try {
    return tf.engine().gradients(forward, tensors, undefined, true);
  } catch (error) {
    discardTape();
    throw error;
  }
}

/**
 * Scales all gradients by one factor so that their common L2 norm is at most `maxNorm`; new tensors.
 *
 * @returns The gradients and their norm before clipping, a scalar tensor (0 of no gradients). Non-finite norms pass through: the
 * trainer stops on them.
 * @see Pascanu et al. 2013, "On the difficulty of training recurrent neural networks", Alg. 1; torch.nn.utils.clip_grad_norm_.
 */
export function clipGradients(grads: Params, maxNorm: number): { grads: Params; norm: tf.Scalar } {
  expect(maxNorm > 0, "clipGradients", `maxNorm must be positive; got ${maxNorm}.`);
  return tf.tidy(() => {
    const squares = Object.values(grads).map((grad) => tf.sum(tf.square(grad)));
    const norm = tf.sqrt(squares.length > 0 ? tf.addN(squares) : tf.scalar(0)) as tf.Scalar; // a sum of scalars
    const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1); // torch's epsilon
    return { grads: Object.fromEntries(Object.entries(grads).map(([name, grad]) => [name, tf.mul(grad, factor)])), norm };
  });
}

/**
 * Every entry of every gradient brought into [−limit, limit]; new tensors.
 *
 * @see torch.nn.utils.clip_grad_value_.
 */
export function clipGradientValues(grads: Params, limit: number): Params {
  expect(limit > 0, "clipGradientValues", `limit must be positive; got ${limit}.`);
  return mapParams(grads, (grad) => tf.clipByValue(grad, -limit, limit));
}
