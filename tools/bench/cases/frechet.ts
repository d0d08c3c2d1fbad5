import { createLinearAlgebraPool, type LinearAlgebraPool } from "array-kernels";
import { type FeatureStatistics, featureStatistics, frechetDistance, frechetDistanceInPool } from "fid-metrics";
import { createRng } from "repro-kit";
import type { BenchCase } from "../bench-suite.ts";

const COUNT = 10_000;
const DIMENSION = 2048;

let made: readonly [FeatureStatistics, FeatureStatistics] | undefined;

/** Statistics of two sets, made when they are first asked for: not part of what is timed. */
function statistics(): readonly [FeatureStatistics, FeatureStatistics] {
  const draw = (seed: number): FeatureStatistics => {
    const data = createRng(seed).fillUniform(new Float64Array(COUNT * DIMENSION));
    return featureStatistics({ count: COUNT, dimension: DIMENSION, data });
  };
  made ??= [draw(1), draw(2)];
  return made;
}

/** The Fréchet distance from statistics of full rank: on this thread, or shared by worker threads. */
export function frechetCase(threads: 1 | 2): BenchCase {
  let pool: LinearAlgebraPool | undefined;
  return {
    name: `fréchet distance of statistics of ${COUNT}, ${DIMENSION} dimensions, threads: ${threads}`,
    backend: "array-kernels",
    async run() {
      if (threads === 1) {
        frechetDistance(...statistics());
        return;
      }
      pool ??= createLinearAlgebraPool({ threads });
      await frechetDistanceInPool(...statistics(), { pool });
    },
    peerArguments: { work: "frechet", count: COUNT, dimension: DIMENSION, threads },
    async dispose() {
      await pool?.close();
      if (threads === 2) made = undefined;
    },
  };
}
