import { createRng, expect, type Rng } from "repro-kit";
import type { Generator } from "../models/gan-model.ts";

type LatentShape = Pick<Generator, "latentSize" | "latentDistribution">;

/**
 * Latents by seed: row i depends on seed i only, neither on the other seeds nor on how many there are.
 *
 * @param seeds - Integers in [0, 2^53).
 * @returns [seeds.length, latentSize], row-major: N(0, 1) or U[0, 1), as the generator states.
 */
export function drawLatents(generator: LatentShape, seeds: readonly number[]): Float32Array {
  expect(seeds.length > 0, "drawLatents", "give at least one seed.");
  const { latentSize } = generator;
  const latents = new Float32Array(seeds.length * latentSize);
  for (const [i, seed] of seeds.entries())
    fillLatents(generator, createRng(seed).fork("latent"), latents.subarray(i * latentSize, (i + 1) * latentSize));
  return latents;
}

/** Fills any number of rows from one stream. */
export function fillLatents({ latentDistribution }: LatentShape, rng: Rng, latents: Float32Array): Float32Array {
  return latentDistribution === "normal" ? rng.fillNormal(latents) : rng.fillUniform(latents);
}
