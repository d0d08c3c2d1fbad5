import type { Rng } from "repro-kit";

/**
 * Batches over shuffled epochs that run into each other, so that every batch is full. Batch `step` is a function of
 * (rng, count, batchSize, step) only.
 */
export function createBatchOrder({
  count,
  batchSize,
  rng,
}: {
  count: number;
  batchSize: number;
  rng: Rng;
}): (step: number) => number[] {
  let epoch = -1;
  let order: number[] = [];
  const orderOf = (wanted: number) => {
    if (wanted !== epoch) {
      order = rng.fork("epoch", wanted).shuffle(Array.from({ length: count }, (_, i) => i));
      epoch = wanted;
    }
    return order;
  };
  return (step) =>
    Array.from({ length: batchSize }, (_, k) => {
      const position = step * batchSize + k;
      return orderOf(Math.floor(position / count))[position % count];
    });
}
