import { type ConfusionMatrix, countAll, countClasses } from "./confusion-matrix.ts";

/**
 * Agreement beyond chance: 1 − Σ w·observed / Σ w·expected, with w = 1 off the diagonal, |i−j| or (i−j)².
 * Classes that neither occur nor were predicted are left out before ranks are counted. NaN where all images and all
 * predictions are of one class.
 *
 * @see Cohen 1960; scikit-learn, cohen_kappa_score.
 */
export function cohenKappa(confusion: ConfusionMatrix, { weights }: { weights?: "linear" | "quadratic" } = {}): number {
  const classes = countClasses(confusion);
  const used = classes.flatMap(({ predicted, actual }, k) => (predicted + actual > 0 ? [k] : []));
  const all = countAll(confusion);
  let observed = 0;
  let expected = 0;
  used.forEach((t, i) => {
    used.forEach((p, j) => {
      const distance = Math.abs(i - j);
      const weight = weights === "quadratic" ? distance ** 2 : weights === "linear" ? distance : Math.min(distance, 1);
      observed += weight * confusion.counts[t * confusion.numClasses + p];
      expected += (weight * classes[t].actual * classes[p].predicted) / all;
    });
  });
  return 1 - observed / expected;
}
