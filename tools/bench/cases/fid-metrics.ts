import {
  createInceptionExtractor,
  type Features,
  frechetDistanceFromFeatures,
  type InceptionTap,
  inceptionTensors,
  kernelDistance,
} from "fid-metrics";
import { createRng } from "repro-kit";
import { type BackendName, ready } from "tfjs-train";
import { recipeWeights } from "../../golden/recipe-weights.ts";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";

const SEED = 20241;
const IMAGES = { count: 8, height: 64, width: 64, channels: 3 };

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

/** Eight uint8 images of 64×64: resize to 299 and the network up to a tap. Weights by recipe. */
function inceptionCase(backend: BackendName, tap: InceptionTap): BenchCase {
  let extractor: ReturnType<typeof createInceptionExtractor> | undefined;
  const data = Uint8Array.from({ length: 8 * 64 * 64 * 3 }, (_, i) => (i * 7919) % 256);
  return {
    name: `inception to tap ${tap}, ${IMAGES.count} images of 64×64`,
    backend,
    async run() {
      await ready({ backend });
      extractor ??= createInceptionExtractor({ weights: recipeWeights(inceptionTensors(), { seed: SEED }), tap });
      await extractor.extract({ ...IMAGES, data });
    },
    peerArguments: { work: "inception", tap: String(tap), count: IMAGES.count, size: IMAGES.height, threads: 1 },
    dispose() {
      extractor?.dispose();
      extractor = undefined;
    },
  };
}

async function usableBackends(): Promise<BackendName[]> {
  const usable: BackendName[] = [];
  for (const backend of ["wasm", "tensorflow"] as const) {
    const started = await ready({ backend, threads: 1 }).catch(() => undefined); // not installed: not timed
    if (started) usable.push(backend);
  }
  return usable;
}

export const fidMetricsSuite: BenchSuite = {
  name: "metrics",
  cases: async () => [
    metricCase("fid", 500, 768),
    metricCase("kid", 500, 768),
    ...(await usableBackends()).flatMap((backend) => ([768, 2048] as const).map((tap) => inceptionCase(backend, tap))),
  ],
  peers: [
    { name: "scipy", script: "fid_scipy.py" },
    { name: "torch", script: "inception_torch.py" },
  ],
};
