import * as tf from "@tensorflow/tfjs-core";
import { activations } from "../../ops/activation-functions.ts";
import { biasAct } from "../../ops/bias-act.ts";
import { moments } from "../../ops/moments.ts";
import { type Upfirdn2dOptions, upfirdn2d } from "../../ops/upfirdn2d.ts";
import { CUBE, fixed, type GradientCase, image, matrix } from "./gradient-case.ts";

const resampled = (name: string, filter: readonly number[], options: Upfirdn2dOptions): GradientCase =>
  image(`upfirdn2d: ${name}`, (x) => upfirdn2d(x, fixed(filter) as tf.Tensor2D, options)); // of one axis or two

/** Ops of this package that bring their own gradients. */
export const fusedOpCases: readonly GradientCase[] = [
  resampled("up", [4, 4], { up: 2, padding: [2, 1, 2, 1], gain: 4 }),
  resampled("down", [3, 2], { down: 2, padding: 1 }),
  resampled("by axes", [3], { up: [1, 3], down: [2, 1], padding: [2, -1, 0, 3], gain: 0.5 }),
  resampled("flipped", [2, 3], { padding: 2, flipFilter: true }),
  ...activations.flatMap(({ name: activation }) => [
    matrix(`biasAct: ${activation}`, (x) => biasAct(x, fixed([5], 4) as tf.Tensor1D, { activation })),
    matrix(`biasAct: ${activation} with gain and clamp`, (x) =>
      biasAct(x, null, { activation, gain: 1.3, alpha: 0.3, clamp: 0.7 }),
    ),
  ]),
  matrix("biasAct: by the bias", (x) => biasAct(fixed([4, 3]), tf.reshape(x, [3]), { activation: "swish" }), { shape: [3, 1] }),
  matrix("biasAct: along another axis", (x) => biasAct(x, fixed([2]) as tf.Tensor1D, { activation: "tanh", axis: 0 })),
  matrix("moments: of tfjs-train", (x) => moments(x, [1]).variance, { shape: CUBE }),
  matrix("moments: of tfjs-train, both", (x) => tf.mul(moments(x, 0).mean, moments(x, 0).variance)),
];
