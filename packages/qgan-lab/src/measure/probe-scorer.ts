import { ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { createScorer, type ScorerOptions } from "./scorer.ts";

export interface ProbeScorerOptions extends ScorerOptions {
  /** [height, width, channels] of the images to come. */
  readonly imageShape: readonly [number, number, number];
  readonly backend: "auto" | "tensorflow" | "wasm" | "cpu";
}

export interface ScorerProbe {
  readonly secondsPerImage: number;
  /** Why FID will be left out and how to get it. */
  readonly missing?: string;
}

const WARM_UP = 2;
const TIMED = 6;

/** Times the measuring network on a few grey images, so that a run with a deadline can choose how many to measure. */
export async function probeScorer(
  { imageShape, backend, ...options }: ProbeScorerOptions,
  hooks: LabHooks = {},
): Promise<ScorerProbe> {
  await ready({ backend });
  const scorer = await createScorer(options, hooks);
  try {
    const [height, width, channels] = imageShape;
    const grey = (count: number) => ({
      data: new Uint8Array(count * height * width * channels).fill(128),
      count,
      height,
      width,
      channels,
    });
    await scorer.features(grey(WARM_UP), {}, "nothing");
    const began = performance.now();
    await scorer.features(grey(TIMED), {}, "nothing");
    const secondsPerImage = (performance.now() - began) / 1000 / TIMED;
    return { secondsPerImage, ...(scorer.missing === undefined ? {} : { missing: scorer.missing }) };
  } finally {
    scorer.dispose();
  }
}
