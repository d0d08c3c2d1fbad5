import { elementwiseCases } from "./elementwise.ts";
import { fusedOpCases } from "./fused-ops.ts";
import type { GradientCase } from "./gradient-case.ts";
import { imageCases } from "./images.ts";
import { productCases } from "./products.ts";
import { probabilityCases, reductionCases, scanCases } from "./reductions.ts";
import { shapeCases } from "./shapes.ts";

/** Every case of every op that `installGradients` covers. */
export const gradientCases: readonly GradientCase[] = [
  ...elementwiseCases,
  ...reductionCases,
  ...scanCases,
  ...probabilityCases,
  ...shapeCases,
  ...productCases,
  ...imageCases,
  ...fusedOpCases,
];
