import { multiplyMatrices } from "array-kernels";
import { expect } from "repro-kit";
import { checkFeatures, type Features } from "./features.ts";
import { centreFeatures, type FeatureStatistics, type Moments, mergeMoments, statisticsOf } from "./moments.ts";

/** Images of a shard: shard k holds those from k·1024 on, and only the last may hold fewer. */
export const SHARD_SIZE = 1024;

/** Mean and scatter of one shard: plain numbers, so that a worker can send it. */
export interface StatisticsShard extends Moments {
  readonly index: number;
}

/**
 * Mean and scatter of one shard.
 *
 * @param features - 1 to 1024 features, those of the images `index`·1024 and on.
 * @throws UsageError for more, none, or values that are NaN or infinite. O(count · dimension²).
 */
export function statisticsShard(features: Features, index: number): StatisticsShard {
  checkShard(features, index);
  const { count, dimension } = features;
  const { mean, centred } = centreFeatures(features);
  const scatter = multiplyMatrices(centred, centred, { m: dimension, k: count, n: dimension, transposeA: true });
  return { index, count, dimension, mean, scatter };
}

function checkShard(features: Features, index: number): void {
  const scope = "statisticsShard";
  checkFeatures(scope, "features", features, 1);
  expect(features.count <= SHARD_SIZE, scope, `a shard holds at most ${SHARD_SIZE} features; got ${features.count}.`);
  expect(Number.isSafeInteger(index) && index >= 0, scope, `the index must be an integer of at least 0; got ${index}.`);
}

/** Sums shards, whoever made them and in whatever order they come. */
export interface ShardSum {
  readonly count: number;
  /** @throws UsageError for a shard that is there already, or of another dimension. */
  add(shard: StatisticsShard): void;
  /**
   * @param last - A shard behind all others that is taken into this result only, so that it may still grow.
   * @throws UsageError if a shard is missing, one but the last is not full, or there are fewer than two features.
   */
  result(last?: StatisticsShard): FeatureStatistics;
}

/**
 * A sum over shards in a fixed tree: shards 2i and 2i + 1 are merged, then those pairs, and at the end what has no partner, from
 * the right. So the result has the same bits for any number of workers and any order of arrival, and memory holds one sum a
 * level when shards come about in order.
 */
export function createShardSum(): ShardSum {
  const levels: Map<number, Moments>[] = []; // levels[l].get(i): the sum of shards i·2^l … (i + 1)·2^l − 1
  const held = new Map<number, number>();
  let dimension: number | undefined;
  let count = 0;

  const place = (level: number, index: number, moments: Moments): void => {
    levels[level] ??= new Map();
    const partner = levels[level].get(index ^ 1);
    if (!partner) return void levels[level].set(index, moments);
    levels[level].delete(index ^ 1);
    place(level + 1, index >> 1, index & 1 ? mergeMoments(partner, moments) : mergeMoments(moments, partner));
  };

  return {
    get count() {
      return count;
    },
    add({ index, ...moments }) {
      const scope = "createShardSum";
      dimension ??= moments.dimension;
      expect(dimension === moments.dimension, scope, `shards differ in dimension: ${dimension} and ${moments.dimension}.`);
      expect(!held.has(index), scope, `shard ${index} was added before.`);
      held.set(index, moments.count);
      count += moments.count;
      place(0, index, moments);
    },
    result(last) {
      const scope = "createShardSum";
      const all = last ? new Map([...held, [last.index, last.count]]) : held;
      const total = count + (last?.count ?? 0);
      expect(total >= 2, scope, `at least 2 features are needed; got ${total}.`);
      for (let index = 0; index < all.size; index++) {
        const size = all.get(index);
        expect(size !== undefined, scope, `shard ${index} is missing; ${all.size} others are there.`);
        const isFull = size === SHARD_SIZE || index === all.size - 1;
        expect(isFull, scope, `shard ${index} holds ${size} features; all but the last must hold ${SHARD_SIZE}.`);
      }
      // With shards 0 … n − 1 all there, a level holds at most one sum without a partner, and the lower ones lie further right.
      const rest: Moments[] = [...(last ? [last] : []), ...levels.flatMap((level) => [...level.values()])];
      return statisticsOf(rest.reduce((right, left) => mergeMoments(left, right)));
    },
  };
}
