/** How distances are distributed. */
export interface DistanceSummary {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
  readonly quartiles: readonly [number, number, number];
  readonly largest: number;
}

/** Mean, sample deviation and quartiles (linear between order statistics, as numpy's). @param values - At least one. */
export function summariseDistances(values: readonly number[]): DistanceSummary {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const quantile = (q: number): number => {
    const at = q * (count - 1);
    const low = Math.floor(at);
    return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
  };
  return {
    count,
    mean,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    least: sorted[0],
    quartiles: [quantile(0.25), quantile(0.5), quantile(0.75)],
    largest: sorted[count - 1],
  };
}
