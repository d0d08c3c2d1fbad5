/** The images in falling order of score, with the places where the score changes: what every curve and area needs. */
export interface Ranking {
  /** Image indices, highest score first; ties in the order given. */
  readonly order: Int32Array;
  /** For each group of equal scores: the position after its last image. */
  readonly ends: readonly number[];
  readonly scores: ArrayLike<number>;
}

/** Sorts once, so that many weightings (bootstrap samples) can be evaluated in linear time. */
export function rankScores(scores: ArrayLike<number>): Ranking {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const ends: number[] = [];
  for (let i = 0; i < order.length; i++)
    if (i + 1 === order.length || scores[order[i]] !== scores[order[i + 1]]) ends.push(i + 1);
  return { order, ends, scores };
}

/** Cumulated true and false positives at every distinct score, highest first. */
export interface CumulatedCounts {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly thresholds: Float64Array;
}

/** Counts positives and negatives down the ranking, `weights[i]` times each image. */
export function cumulate(
  { order, ends, scores }: Ranking,
  isPositive: ArrayLike<number>,
  weights?: ArrayLike<number>,
): CumulatedCounts {
  const truePositives = new Float64Array(ends.length);
  const falsePositives = new Float64Array(ends.length);
  const thresholds = new Float64Array(ends.length);
  let positives = 0;
  let negatives = 0;
  let start = 0;
  ends.forEach((end, g) => {
    for (let i = start; i < end; i++) {
      const weight = weights ? weights[order[i]] : 1;
      if (isPositive[order[i]]) positives += weight;
      else negatives += weight;
    }
    truePositives[g] = positives;
    falsePositives[g] = negatives;
    thresholds[g] = scores[order[start]];
    start = end;
  });
  return { truePositives, falsePositives, thresholds };
}
