import {
  createInceptionExtractor,
  type Features,
  frechetDistanceFromFeatures,
  type InceptionTap,
  inceptionTensors,
  kernelDistance,
  kernelDistanceSubsets,
  neighbourhoodScores,
} from "fid-metrics";
import { createRng } from "repro-kit";
import { type BackendName, ready } from "tfjs-train";
import { recipeWeights } from "../../golden/recipe-weights.ts";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";
import { frechetCase } from "./frechet.ts";

const SEED = 20241;

function drawFeatures(seed: number, count: number, dimension: number): Features {
  return { count, dimension, data: createRng(seed).fillUniform(new Float64Array(count * dimension)) };
}

/** FID or KID between two sets in memory: what is left of an evaluation when the real side is cached. */
function metricCase(name: "fid" | "kid", count: number, dimension: number): BenchCase {
  const [real, generated] = [drawFeatures(1, count, dimension), drawFeatures(2, count, dimension)];
  const compute = name === "fid" ? frechetDistanceFromFeatures : kernelDistance;
  return {
    name: `${name} of features, ${count} against ${count}, ${dimension} dimensions`,
    backend: "array-kernels",
    run() {
      compute(real, generated);
    },
    peerArguments: { work: name, count, dimension, threads: 1 },
  };
}

/** Precision, recall, density and coverage, or KID over 100 drawn subsets of 1000, of two sets of 2048 dimensions. */
function setCase(work: "neighbours" | "kid-subsets", count: number): BenchCase {
  const [subsets, size, k, dimension] = [100, 1000, 3, 2048];
  let sets: readonly [Features, Features] | undefined; // 160 MB each at 10 000, so made when they are needed
  const isKid = work === "kid-subsets";
  return {
    name: isKid
      ? `kid, ${subsets} subsets of ${size} from ${count} against ${count}, ${dimension} dimensions`
      : `precision and recall, ${count} against ${count}, ${dimension} dimensions`,
    backend: "array-kernels",
    run() {
      sets ??= [drawFeatures(1, count, dimension), drawFeatures(2, count, dimension)];
      if (isKid) kernelDistanceSubsets(...sets, { subsets: { count: subsets, size, rng: createRng(0) } });
      else neighbourhoodScores(...sets, { k });
    },
    peerArguments: { work, count, dimension, k, subsets, size, threads: 1 },
    dispose() {
      sets = undefined;
    },
  };
}

interface InceptionWork {
  readonly backend: BackendName;
  readonly tap: InceptionTap;
  readonly count: number;
  readonly size: number;
  readonly threads: number;
}

/** One batch of uint8 images: resize to 299 and the network up to a tap. Weights by recipe. */
function inceptionCase({ backend, tap, count, size, threads }: InceptionWork): BenchCase {
  let extractor: ReturnType<typeof createInceptionExtractor> | undefined;
  const data = Uint8Array.from({ length: count * size * size * 3 }, (_, i) => (i * 7919) % 256);
  return {
    name: `inception to tap ${tap}, ${count} images of ${size}×${size}, threads: ${threads}`,
    backend,
    async run() {
      await ready({ backend, threads });
      extractor ??= createInceptionExtractor({ weights: recipeWeights(inceptionTensors(), { seed: SEED }), tap });
      await extractor.extract({ data, count, height: size, width: size, channels: 3 }, { batchSize: count });
    },
    peerArguments: { work: "inception", tap: String(tap), count, size, threads },
    dispose() {
      extractor?.dispose();
      extractor = undefined;
    },
  };
}

/** Started with two threads: wasm may use one or two from then on, tfjs-node keeps them. */
async function usableBackends(): Promise<BackendName[]> {
  const usable: BackendName[] = [];
  for (const backend of ["wasm", "tensorflow"] as const) {
    const started = await ready({ backend, threads: 2 }).catch(() => undefined); // not installed: not timed
    if (started) usable.push(backend);
  }
  return usable;
}

export const fidMetricsSuite: BenchSuite = {
  name: "metrics",
  cases: async () => [
    metricCase("fid", 500, 768),
    metricCase("kid", 500, 768),
    setCase("kid-subsets", 2000),
    setCase("neighbours", 10_000),
    metricCase("fid", 500, 2048),
    frechetCase(1),
    frechetCase(2),
    ...(await usableBackends()).flatMap((backend) => [
      ...([768, 2048] as const).map((tap) =>
        inceptionCase({ backend, tap, count: 8, size: 64, threads: backend === "wasm" ? 1 : 2 }),
      ),
      inceptionCase({ backend, tap: 2048, count: 32, size: 299, threads: 2 }),
    ]),
  ],
  peers: [
    { name: "scipy", script: "fid_scipy.py" },
    { name: "frechet", script: "frechet_statistics.py" },
    { name: "torch", script: "inception_torch.py" },
    { name: "torch-fidelity and prdc", script: "neighbours_numpy.py" },
  ],
};
