import { createModel, generate, initParams } from "qgan-core";
import { createRng } from "repro-kit";
import { type BackendName, disposeParams, type Params, ready } from "tfjs-train";
import type { BenchCase } from "../bench-suite.ts";

/** Images of one run; the time of an image is a run's over this. */
const COUNT = 16;

/** Images of 64×64 pixels from seeds, base 4096, at most 128 maps, with as many threads as `ready` takes by itself. */
export function generationCase(backend: BackendName): BenchCase {
  const model = createModel("stylegan2", { preset: "small64" });
  const seeds = Array.from({ length: COUNT }, (_, i) => i);
  let params: Params | undefined;
  return {
    name: `stylegan2 64×64, base 4096, max 128: ${COUNT} images`,
    backend,
    async run() {
      await ready({ backend });
      params ??= initParams(model.generator.parameters, createRng(0));
      await generate(model, params, seeds);
    },
    dispose() {
      if (params) disposeParams(params);
      params = undefined;
    },
  };
}
