import * as tf from "@tensorflow/tfjs-core";
import { registerGridSampleKernels } from "../ops/grid-sample-kernels.ts";
import { binaryGradients } from "./binary.ts";
import { convolutionGradients } from "./convolution.ts";
import { correctKernels } from "./corrected-kernels.ts";
import { cropGradients } from "./crop-and-resize.ts";
import { customOpGradients } from "./custom-ops.ts";
import { einsumGradients } from "./einsum.ts";
import type { GradientRule } from "./gradient-rule.ts";
import { gridSampleGradients } from "./grid-sample.ts";
import { indexingGradients } from "./indexing.ts";
import { normalizationGradients } from "./normalization.ts";
import { poolingGradients } from "./pooling.ts";
import { reductionGradients } from "./reductions.ts";
import { resizeGradients } from "./resizing.ts";
import { scanGradients } from "./scans.ts";
import { shapeGradients } from "./shape.ts";
import { unaryGradients } from "./unary.ts";
import { unsoundGradients } from "./unsound.ts";
import { volumeGradients } from "./volumes.ts";

const rules: readonly GradientRule[] = [
  ...unaryGradients,
  ...binaryGradients,
  ...reductionGradients,
  ...scanGradients,
  ...shapeGradients,
  ...indexingGradients,
  ...einsumGradients,
  ...convolutionGradients,
  ...volumeGradients,
  ...normalizationGradients,
  ...poolingGradients,
  ...resizeGradients,
  ...cropGradients,
  ...gridSampleGradients,
];

/** Kernels whose derivative this package defines; every one can be differentiated again. */
export function listGradients(): string[] {
  return rules.map(({ kernel }) => kernel).sort();
}

/**
 * Gives tfjs its derivatives: in Node tfjs-core alone has none, and the stock ones that save their own output
 * (exp, tanh, sigmoid, softmax, …) silently lose terms of the second derivative. Called by `ready`; harmless to repeat.
 * Differentiating through one of `unsoundOps` more often than it bears throws its name.
 */
export function installGradients(): void {
  correctKernels();
  registerGridSampleKernels();
  for (const { kernel, saves, rule } of [...rules, ...customOpGradients, ...unsoundGradients])
    tf.registerGradient({
      kernelName: kernel,
      ...(saves === "all" ? { saveAllInputs: true } : { inputsToSave: [...saves] }),
      gradFunc: rule as tf.GradFunc, // the engine passes one dy, or a list to kernels with several outputs, as each rule expects
    });
}
