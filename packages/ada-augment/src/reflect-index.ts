/** Mirrors a coordinate at the centres of the border pixels until it lies in [0, size): … 2 1 [0 1 2 … size−1] size−2 … */
export function reflectIndex(i: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const folded = ((i % period) + period) % period;
  return folded < size ? folded : period - folded;
}
