import { kernelDistance } from "../kernel-distance.ts";
import type { Metric } from "./metric.ts";

/** Kernel distance with the Gaussian kernel exp(−‖x − y‖²/(2·10²)), one unbiased estimate over all samples. */
export const kidRbf: Metric = {
  name: "kid-rbf",
  source: "Gretton et al. 2012, JMLR 13, eq. (3), Gaussian kernel, sigma 10",
  better: "lower",
  compute: (real, generated) => ({ "kid-rbf": kernelDistance(real, generated, { kernel: { gaussianSigma: 10 } }) }),
};
