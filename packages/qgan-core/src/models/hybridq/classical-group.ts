import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { fanInFill, type ParameterSpec } from "../parameter-spec.ts";
import type { LatentGroup } from "./latent-group.ts";

export interface ClassicalGroupOptions {
  readonly numSubGenerators: number;
  /** Numbers in and out of each. */
  readonly size: number;
  /** Parameters that each is to have; met within 1 %. */
  readonly numWeights: number;
}

/** Largest share by which the control's parameter count may miss the circuits'. */
const LARGEST_MISS = 0.01;

/**
 * The classical control: in place of each circuit an MLP, y = tanh(W₂ tanh(W₁ x + b₁) + b₂), of the same parameter count.
 * Which biases it has follows from the count: 10-9-10 without biases for the default circuits, 180 parameters each.
 *
 * @throws UsageError if no hidden width comes within 1 % of the count.
 */
export function classicalGroup({ numSubGenerators, size, numWeights }: ClassicalGroupOptions): LatentGroup {
  const { hidden, hasHiddenBias, hasOutputBias, count } = bestWidth(size, numWeights);
  expect(
    Math.abs(count - numWeights) <= LARGEST_MISS * numWeights,
    "hybridq-classical",
    `no MLP ${size}-h-${size} comes within 1 % of ${numWeights} parameters; the nearest has ${count}. Choose more layers or qubits.`,
  );
  const spec = (name: string, shape: readonly number[], fanIn: number): ParameterSpec => ({
    name: `mlp.${name}`,
    shape: [numSubGenerators, ...shape],
    isTrainable: true,
    fill: fanInFill(fanIn),
  });
  const width = numSubGenerators * size;
  return {
    name: "mlp",
    inputSize: width,
    outputSize: width,
    parameters: [
      spec("hidden.weight", [size, hidden], size),
      ...(hasHiddenBias ? [spec("hidden.bias", [1, hidden], size)] : []),
      spec("output.weight", [hidden, size], hidden),
      ...(hasOutputBias ? [spec("output.bias", [1, size], hidden)] : []),
    ],
    apply: (params, angles) =>
      tf.tidy(() => {
        const layer = (x: tf.Tensor, name: string, hasBias: boolean) => {
          const product = tf.matMul(x, params[`mlp.${name}.weight`]);
          return tf.tanh(hasBias ? tf.add(product, params[`mlp.${name}.bias`]) : product);
        };
        const x = tf.transpose(tf.reshape(angles, [-1, numSubGenerators, size]), [1, 0, 2]); // [group, batch, size]
        const y = layer(layer(x, "hidden", hasHiddenBias), "output", hasOutputBias);
        return tf.reshape(tf.transpose(y, [1, 0, 2]), [-1, width]); // [batch, group · size]
      }),
    takeMs: () => 0,
  };
}

function bestWidth(size: number, wanted: number) {
  let best = { hidden: 1, hasHiddenBias: false, hasOutputBias: false, count: 2 * size };
  for (let hidden = 1; 2 * size * hidden <= wanted + size; hidden++)
    for (const hasHiddenBias of [false, true])
      for (const hasOutputBias of [false, true]) {
        const count = 2 * size * hidden + (hasHiddenBias ? hidden : 0) + (hasOutputBias ? size : 0);
        if (Math.abs(count - wanted) < Math.abs(best.count - wanted)) best = { hidden, hasHiddenBias, hasOutputBias, count };
      }
  return best;
}
