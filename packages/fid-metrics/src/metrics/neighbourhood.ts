import type { Features } from "../features.ts";
import { type NeighbourhoodScores, neighbourhoodScores } from "../neighbours/neighbourhood-scores.ts";
import type { Metric } from "./metric.ts";

// Four metrics come out of one pass over all distances: what was computed last for a set is kept while the set lives.
const last = new WeakMap<Features, { readonly generated: Features; readonly k: number; readonly scores: NeighbourhoodScores }>();

function scoresOf(real: Features, generated: Features, k: number): NeighbourhoodScores {
  const kept = last.get(real);
  if (kept && kept.generated === generated && kept.k === k) return kept.scores;
  const scores = neighbourhoodScores(real, generated, { k });
  last.set(real, { generated, k, scores });
  return scores;
}

/** One of the four scores that balls to the k-th neighbour give. */
export function defineNeighbourhoodMetric(
  score: keyof NeighbourhoodScores,
  { k, source }: { k: number; source: string },
): Metric {
  return {
    name: score,
    source: `${source}, k = ${k}`,
    better: "higher",
    compute: (real, generated) => ({ [score]: scoresOf(real, generated, k)[score] }),
  };
}
