import type { Rng } from "repro-kit";

/**
 * The random numbers of one op for one image, in the order in which the op asks for them. An `Rng` stream is one source; a
 * recorded tape or a fixed percentile is another, for tests against reference numbers.
 */
export interface Draws {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform in [0, 1); the op's value is kept where it is below p. */
  gate(): number;
}

/** Gives the draws of op `name` for image `index` of the batch. */
export type DrawSource = (name: string, index: number) => Draws;

/** Draws from `rng.fork(name, index)`: an image's augmentation never depends on the batch size or on other ops. */
export function drawsFromRng(rng: Rng): DrawSource {
  return (name, index) => {
    const stream = rng.fork(name, index);
    return { uniform: stream.uniform, normal: stream.normal, gate: stream.uniform };
  };
}
