import * as tf from "@tensorflow/tfjs-core";
import { binaryGradients } from "./binary.ts";
import { convolutionGradients } from "./convolution.ts";
import type { GradientRule } from "./gradient-rule.ts";
import { reductionGradients } from "./reductions.ts";
import { samplingGradients } from "./sampling.ts";
import { shapeGradients } from "./shape.ts";
import { unaryGradients } from "./unary.ts";

const rules: readonly GradientRule[] = [
  ...unaryGradients,
  ...binaryGradients,
  ...reductionGradients,
  ...shapeGradients,
  ...convolutionGradients,
  ...samplingGradients,
];

/** Kernels whose derivative this package defines; every one can be differentiated again. */
export function listGradients(): string[] {
  return rules.map(({ kernel }) => kernel).sort();
}

/**
 * Gives tfjs its derivatives: in Node tfjs-core alone has none, and the stock ones that save their own output
 * (exp, tanh, sigmoid, softmax, …) silently lose terms of the second derivative. Called by `ready`; harmless to repeat.
 */
export function installGradients(): void {
  for (const { kernel, saves, rule } of rules)
    tf.registerGradient({
      kernelName: kernel,
      ...(saves === "all" ? { saveAllInputs: true } : { inputsToSave: [...saves] }),
      gradFunc: rule as tf.GradFunc, // the engine passes one dy, or a list to kernels with several outputs, as each rule expects
    });
}
