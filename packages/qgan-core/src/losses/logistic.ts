import * as tf from "@tensorflow/tfjs-core";
import { softplus } from "tfjs-train";
import type { AdversarialLoss } from "./adversarial-loss.ts";

/**
 * Non-saturating logistic loss, with softplus(x) = log(1 + eˣ); binary cross-entropy on logits:
 *
 *   L_D = E[softplus(−D(x))] + E[softplus(D(G(z)))]
 *   L_G = E[softplus(−D(G(z)))]
 */
export const logistic: AdversarialLoss = {
  name: "logistic",
  source: "Goodfellow et al. 2014, arXiv:1406.2661, Sec. 3",
  discriminator: (realLogits, fakeLogits) => tf.tidy(() => tf.add(meanSoftplus(tf.neg(realLogits)), meanSoftplus(fakeLogits))),
  generator: (fakeLogits) => tf.tidy(() => meanSoftplus(tf.neg(fakeLogits))),
};

const meanSoftplus = (x: tf.Tensor2D): tf.Scalar => tf.mean(softplus(x));
