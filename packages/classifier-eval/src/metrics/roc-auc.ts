import { weightedMean } from "./precision-recall.ts";
import { isClass, type Predictions, scoresOf } from "./predictions.ts";
import { type CumulatedCounts, cumulate, type Ranking, rankScores } from "./ranking.ts";

/**
 * Area under the ROC curve: the probability that a positive image scores above a negative one, ties counted half.
 * NaN where there is no positive or no negative image.
 *
 * @param ranking - `rankScores(scores)`; kept by callers that evaluate many weightings.
 */
export function rocAucOfRanking(ranking: Ranking, isPositive: ArrayLike<number>, weights?: ArrayLike<number>): number {
  return areaOfCounts(cumulate(ranking, isPositive, weights));
}

/** The same of counts that are there already. */
export function areaOfCounts({ truePositives, falsePositives }: CumulatedCounts): number {
  const last = truePositives.length - 1;
  let area = 0;
  for (let g = 0; g <= last; g++) {
    const before = g === 0 ? 0 : truePositives[g - 1];
    const negatives = falsePositives[g] - (g === 0 ? 0 : falsePositives[g - 1]);
    area += negatives * (before + truePositives[g]) * 0.5;
  }
  return area / (truePositives[last] * falsePositives[last]);
}

/** `rocAucOfRanking` for scores that are ranked here. @see scikit-learn, roc_auc_score. */
export function rocAuc(isPositive: ArrayLike<number>, scores: ArrayLike<number>): number {
  return rocAucOfRanking(rankScores(scores), isPositive);
}

/** One class against the rest, per class; NaN for a class that never or always occurs. */
export function rocAucPerClass(predictions: Predictions): number[] {
  return Array.from({ length: predictions.numClasses }, (_, k) =>
    rocAuc(isClass(predictions.labels, k), scoresOf(predictions, k)),
  );
}

/**
 * One against rest, averaged: "macro" is NaN if any class is, "weighted" by support (classes without images drop out),
 * "micro" pools all (image, class) pairs.
 */
export function rocAucOneVsRest(predictions: Predictions, average: "macro" | "weighted" | "micro"): number {
  const { labels, probabilities, numClasses } = predictions;
  if (average === "micro") {
    const isPositive = Uint8Array.from({ length: probabilities.length }, (_, i) =>
      labels[Math.floor(i / numClasses)] === i % numClasses ? 1 : 0,
    );
    return rocAuc(isPositive, probabilities);
  }
  const areas = rocAucPerClass(predictions);
  if (average === "macro") return areas.reduce((sum, area) => sum + area, 0) / numClasses;
  return weightedMean(areas, supports(predictions));
}

/**
 * One against one: for every pair of classes that occur, the mean of both directions on the images of the pair; averaged
 * equally or by the pairs' share of images.
 *
 * @see Hand & Till 2001; scikit-learn, roc_auc_score(multi_class="ovo").
 */
export function rocAucOneVsOne(predictions: Predictions, average: "macro" | "weighted"): number {
  const { labels, numClasses } = predictions;
  const support = supports(predictions);
  const areas: number[] = [];
  const weights: number[] = [];
  for (let a = 0; a < numClasses; a++)
    for (let b = a + 1; b < numClasses; b++) {
      if (support[a] === 0 || support[b] === 0) continue;
      const inPair = Uint8Array.from(labels, (label) => (label === a || label === b ? 1 : 0));
      const area = (k: number) => rocAucOfRanking(rankScores(scoresOf(predictions, k)), isClass(labels, k), inPair);
      areas.push((area(a) + area(b)) / 2);
      weights.push(average === "macro" ? 1 : support[a] + support[b]);
    }
  return weightedMean(areas, weights);
}

/** Number of images of each class. */
export function supports({ labels, numClasses }: Pick<Predictions, "labels" | "numClasses">): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  return counts;
}
