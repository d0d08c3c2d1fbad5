import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { createStatistics } from "./create-statistics.ts";
import { featureStatistics } from "./feature-statistics.ts";
import { type Features, selectFeatures } from "./features.ts";
import { createShardSum, SHARD_SIZE, type StatisticsShard, statisticsShard } from "./statistics-shard.ts";

const COUNT = 11 * SHARD_SIZE + 300;
const all = randomFeatures(7, COUNT, 3, 5);
const rows = (from: number, to: number): Features =>
  selectFeatures(
    all,
    Array.from({ length: Math.min(to, COUNT) - from }, (_, i) => from + i),
  );
const shards: StatisticsShard[] = Array.from({ length: 12 }, (_, k) =>
  statisticsShard(rows(k * SHARD_SIZE, (k + 1) * SHARD_SIZE), k),
);

test("the same bits for every order of the shards, every cut into batches, and the whole", () => {
  const whole = featureStatistics(all);
  for (const seed of [1, 2, 3]) {
    const sum = createShardSum();
    const order = createRng(seed).shuffle(Array.from(shards.keys()));
    for (const k of order) sum.add(shards[k]);
    expect(sum.result()).toEqual(whole);
  }
  for (const batch of [1000, 1024, 4097]) {
    const streamed = createStatistics(3);
    for (let from = 0; from < COUNT; from += batch) streamed.add(rows(from, from + batch));
    expect(streamed.result()).toEqual(whole);
    expect(streamed.result()).toEqual(whole); // asking changes nothing
  }
});

test("the tree's sum is the plain one but for rounding", () => {
  const { mean, covariance, count } = featureStatistics(all);
  const plain = [0, 1, 2].map((j) => all.data.reduce((sum, value, k) => (k % 3 === j ? sum + value : sum), 0) / COUNT);
  for (const [i, a] of plain.entries()) {
    expect(mean[i]).toBeCloseTo(a, 12);
    for (const [j, b] of plain.entries()) {
      let sum = 0;
      for (let k = 0; k < COUNT; k++) sum += (all.data[3 * k + i] - a) * (all.data[3 * k + j] - b);
      expect(covariance[3 * i + j]).toBeCloseTo(sum / (count - 1), 11);
    }
  }
});

test("says which shard is missing, twice there, or short", () => {
  const sum = createShardSum();
  expect(() => sum.result()).toThrow("at least 2 features are needed; got 0");
  sum.add(shards[0]);
  sum.add(shards[2]);
  expect(() => sum.result()).toThrow("shard 1 is missing; 2 others are there");
  expect(() => sum.add(shards[0])).toThrow("shard 0 was added before");
  sum.add(statisticsShard(rows(0, 10), 1));
  expect(() => sum.result()).toThrow("shard 1 holds 10 features; all but the last must hold 1024");
  expect(() => statisticsShard(all, 0)).toThrow(`a shard holds at most 1024 features; got ${COUNT}`);
  expect(() => sum.add(statisticsShard(randomFeatures(1, 4, 2), 9))).toThrow("shards differ in dimension: 3 and 2");
});
