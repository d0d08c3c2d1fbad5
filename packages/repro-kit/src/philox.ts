/**
 * Philox4x32-10: a bijection of a 128-bit counter under a 64-bit key, ten rounds.
 *
 * @param key - Two 32-bit words.
 * @param counter - Four 32-bit words.
 * @param out - Receives four 32-bit words.
 * @see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", Sec. 4.3.
 */
export function philox4x32(key: ArrayLike<number>, counter: ArrayLike<number>, out: Uint32Array): void {
  let k0 = key[0] >>> 0;
  let k1 = key[1] >>> 0;
  let c0 = counter[0] >>> 0;
  let c1 = counter[1] >>> 0;
  let c2 = counter[2] >>> 0;
  let c3 = counter[3] >>> 0;
  for (let round = 0; round < 10; round++) {
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const low2 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high2 = multiplyHigh(MULTIPLIER_1, c2);
    c0 = (high2 ^ c1 ^ k0) >>> 0;
    c1 = low2;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** Upper 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + (cross >>> 16)) >>> 0;
}
