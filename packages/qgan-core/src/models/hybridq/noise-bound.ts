import type { LossSchedule } from "../gan-model.ts";

/** The name of the buffer that holds the bound; latents in [0, 1) are multiplied by it. */
export const NOISE_BOUND = "noise.bound";

/** Below this the generator's loss is taken as this, so that the ratio stays finite. */
const SMALLEST_LOSS = 1e-8;

/**
 * MosaiQ's adaptive bound of the latents: π/8 + (5π/8)·relu(tanh(R − R₀)), with R = loss_D / loss_G and R₀ its first value.
 * Lies in [π/8, 3π/4].
 *
 * @param ratio - R of the step.
 * @param firstRatio - R₀.
 * @see Silver et al. 2023, arXiv:2308.11096, Sec. 4; constants of the published program.
 */
export function adaptiveBound(ratio: number, firstRatio: number): number {
  return Math.PI / 8 + ((5 * Math.PI) / 8) * Math.max(0, Math.tanh(ratio - firstRatio));
}

/** The bound as a training's schedule: starts at π/8, follows `lossD` and `lossG` of each step. */
export const adaptiveNoise: LossSchedule = {
  start: { bound: Math.PI / 8, firstRatio: null },
  next(state, { lossD, lossG }) {
    if (lossD === undefined || lossG === undefined) return state;
    const ratio = lossD / Math.max(lossG, SMALLEST_LOSS);
    const firstRatio = typeof state.firstRatio === "number" ? state.firstRatio : ratio;
    return { bound: adaptiveBound(ratio, firstRatio), firstRatio };
  },
  buffers: ({ bound }) => ({ [NOISE_BOUND]: Number(bound) }),
  facts: ({ bound }) => ({ noiseBound: Number(bound) }),
};

/** A bound that stays. */
export const fixedNoise = (bound: number): LossSchedule => ({
  start: { bound },
  next: (state) => state,
  buffers: () => ({ [NOISE_BOUND]: bound }),
  facts: () => ({ noiseBound: bound }),
});
