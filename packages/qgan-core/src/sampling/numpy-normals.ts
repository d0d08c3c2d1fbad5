import { expect } from "repro-kit";

const SIZE = 624;
const SHIFT = 397;

/**
 * The standard normals that `numpy.random.RandomState(seed).randn` draws, so that seeds name the same latents as in programs that
 * draw them by numpy: the Mersenne Twister MT19937 and the polar method. Where the logarithm's last bit differs, so does that
 * of a value; as float32 they are the same.
 *
 * @param seed - Integer in [0, 2^32).
 * @returns A function that draws the next `count` values.
 * @throws UsageError if numpy would refuse the seed.
 * @see Matsumoto & Nishimura 1998, "Mersenne Twister"; numpy.random.RandomState.
 */
export function numpyNormals(seed: number): (count: number) => Float64Array {
  expect(
    Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32,
    "numpyNormals",
    `the seed must be an integer in [0, 2^32), as numpy's; got ${seed}.`,
  );
  const word = mersenneTwister(seed);
  /** Uniform in [0, 1) with 53 bits. */
  const uniform = (): number => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const waiting = spare;
      spare = undefined;
      return waiting;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = factor * x;
      return factor * y;
    }
  };
  return (count) => Float64Array.from({ length: count }, normal);
}

/** 32-bit words of MT19937, seeded by one number. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let position = SIZE;
  const refill = (): void => {
    for (let i = 0; i < SIZE; i++) {
      const mixed = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
    }
    position = 0;
  };
  return () => {
    if (position === SIZE) refill();
    let y = state[position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}
