import { expect } from "./errors.ts";
import { philox4x32 } from "./philox.ts";

/** Where a stream stands, as plain JSON. `restoreRng` continues from it, draw for draw. */
export interface RngState {
  /** The stream's 64-bit key: two 32-bit words. */
  readonly key: readonly [number, number];
  /** Number of 32-bit words drawn so far, below 2^53. */
  readonly position: number;
  /** The second half of the last pair of normals, when one is waiting. */
  readonly spareNormal?: number;
}

/**
 * Splittable random source. A stream is named, never shared: adding one consumer never shifts the numbers
 * that another consumer sees.
 */
export interface Rng {
  /** Independent child stream, a pure function of (this stream's key, label, index); draws nothing. */
  fork(label: string, index?: number): Rng;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal, by the polar method. */
  normal(): number;
  /** Uniform integer in [0, n), without bias; 1 ≤ n ≤ 2^32. */
  integer(n: number): number;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(values: Iterable<T>): T[];
  /** Unsigned 32-bit seed for ops that take one. */
  seed(): number;
  /** Fills with uniforms in [low, high) and returns the same array. */
  fillUniform<A extends Float32Array | Float64Array>(array: A, low?: number, high?: number): A;
  /** Fills with normals and returns the same array. */
  fillNormal<A extends Float32Array | Float64Array>(array: A, mean?: number, standardDeviation?: number): A;
  state(): RngState;
}

/**
 * A stream of the counter-based generator Philox4x32-10 (period 2^53 words as used here).
 *
 * @param seed - Integer in [0, 2^53).
 * @throws UsageError if the seed is not such an integer.
 * @see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */
export function createRng(seed: number): Rng {
  expect(Number.isSafeInteger(seed) && seed >= 0, "createRng", `seed must be an integer in [0, 2^53); got ${seed}.`);
  return streamOf([seed >>> 0, Math.floor(seed / 2 ** 32)], 0);
}

/** Continues a stream from its saved state. @throws UsageError if the state is malformed. */
export function restoreRng(state: RngState): Rng {
  const isWord = (word: unknown) => Number.isInteger(word) && (word as number) >= 0 && (word as number) < 2 ** 32;
  expect(
    Array.isArray(state?.key) &&
      state.key.length === 2 &&
      state.key.every(isWord) &&
      Number.isSafeInteger(state.position) &&
      state.position >= 0,
    "restoreRng",
    "state must be { key: [uint32, uint32], position: integer ≥ 0 }.",
  );
  return streamOf([state.key[0], state.key[1]], state.position, state.spareNormal);
}

/** Keeps forks and draws of one key apart: the fourth counter word. */
const DRAW_DOMAIN = 0;
const FORK_DOMAIN = 1;

function streamOf(key: readonly [number, number], start: number, waiting?: number): Rng {
  const block = new Uint32Array(4);
  let position = start;
  let blockIndex = -1;
  let spareNormal = waiting;

  const word = (): number => {
    const wanted = Math.floor(position / 4);
    if (wanted !== blockIndex) {
      philox4x32(key, [wanted >>> 0, Math.floor(wanted / 2 ** 32), 0, DRAW_DOMAIN], block);
      blockIndex = wanted;
    }
    return block[position++ % 4];
  };
  const uniform = (): number => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
  const normal = (): number => {
    if (spareNormal !== undefined) {
      const value = spareNormal;
      spareNormal = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s === 0 || s >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      spareNormal = v * scale;
      return u * scale;
    }
  };
  const integer = (n: number): number => {
    expect(Number.isInteger(n) && n >= 1 && n <= 2 ** 32, "rng.integer", `n must be an integer in [1, 2^32]; got ${n}.`);
    const unbiased = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const draw = word();
      if (draw < unbiased) return draw % n;
    }
  };

  return {
    fork(label, index = 0) {
      expect(Number.isSafeInteger(index) && index >= 0, "rng.fork", `index must be an integer ≥ 0; got ${index}.`);
      const out = new Uint32Array(4);
      // A chain over the label and the index: each link is a bijection keyed by the link before.
      const bytes = new TextEncoder().encode(label);
      let link: readonly [number, number] = key;
      for (let i = 0; i < bytes.length; i += 8) {
        philox4x32(link, [packWord(bytes, i), packWord(bytes, i + 4), bytes.length, FORK_DOMAIN], out);
        link = [out[0], out[1]];
      }
      philox4x32(link, [index >>> 0, Math.floor(index / 2 ** 32), bytes.length, FORK_DOMAIN], out);
      return streamOf([out[2], out[3]], 0);
    },
    uniform,
    normal,
    integer,
    shuffle(values) {
      const shuffled = [...values];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
      }
      return shuffled;
    },
    seed: word,
    fillUniform(array, low = 0, high = 1) {
      for (let i = 0; i < array.length; i++) array[i] = low + (high - low) * uniform();
      return array;
    },
    fillNormal(array, mean = 0, standardDeviation = 1) {
      for (let i = 0; i < array.length; i++) array[i] = mean + standardDeviation * normal();
      return array;
    },
    state: () => ({ key: [key[0], key[1]], position, ...(spareNormal === undefined ? {} : { spareNormal }) }),
  };
}

const packWord = (bytes: Uint8Array, i: number): number =>
  ((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)) >>> 0;
