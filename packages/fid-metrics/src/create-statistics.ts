import { expect } from "repro-kit";
import { checkFeatures, type Features } from "./features.ts";
import type { FeatureStatistics } from "./moments.ts";
import { createShardSum, SHARD_SIZE, statisticsShard } from "./statistics-shard.ts";

/** Takes features batch by batch; memory does not grow with their number. */
export interface StatisticsAccumulator {
  readonly count: number;
  add(features: Features): void;
  /** Of what was added so far; more may follow. @throws UsageError below two features. */
  result(): FeatureStatistics;
}

/**
 * Streaming mean and covariance in float64. Features are gathered into shards of 1024 and those are summed in a fixed tree
 * (`createShardSum`), so the result has the same bits however the features are cut into batches.
 *
 * @param dimension - Length of a feature vector.
 */
export function createStatistics(dimension: number): StatisticsAccumulator {
  const sum = createShardSum();
  let waiting: Float64Array | undefined; // the shard that is not full yet
  let numWaiting = 0;
  let index = 0;
  const shard = () => {
    const data = (waiting as Float64Array).subarray(0, numWaiting * dimension); // made with its first feature
    return statisticsShard({ count: numWaiting, dimension, data }, index);
  };
  return {
    get count() {
      return sum.count + numWaiting;
    },
    add(features) {
      checkFeatures("createStatistics", "features", features, 1);
      expect(features.dimension === dimension, "createStatistics", `expected dimension ${dimension}; got ${features.dimension}.`);
      for (let from = 0; from < features.count; ) {
        waiting ??= new Float64Array(SHARD_SIZE * dimension);
        const to = Math.min(features.count, from + SHARD_SIZE - numWaiting);
        waiting.set(features.data.subarray(from * dimension, to * dimension), numWaiting * dimension);
        numWaiting += to - from;
        from = to;
        if (numWaiting < SHARD_SIZE) continue;
        sum.add(shard());
        index++;
        numWaiting = 0;
      }
    },
    result() {
      const count = sum.count + numWaiting;
      expect(count >= 2, "createStatistics", `at least 2 features are needed; got ${count}.`);
      return sum.result(numWaiting > 0 ? shard() : undefined);
    },
  };
}
