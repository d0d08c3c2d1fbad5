import type { Predictions } from "./predictions.ts";

/**
 * Share of images whose class is among the k most probable. Of equal probabilities the later class counts first; with two
 * classes the earlier one.
 *
 * @see scikit-learn, top_k_accuracy_score, whose ties these are.
 */
export function topKAccuracy({ labels, probabilities, numClasses }: Predictions, k: number): number {
  let hits = 0;
  for (let i = 0; i < labels.length; i++) {
    const own = probabilities[i * numClasses + labels[i]];
    let ahead = 0;
    for (let c = 0; c < numClasses; c++) {
      const other = probabilities[i * numClasses + c];
      if (other > own || (other === own && (numClasses === 2 ? c < labels[i] : c > labels[i]))) ahead++;
    }
    if (ahead < k) hits++;
  }
  return hits / labels.length;
}
