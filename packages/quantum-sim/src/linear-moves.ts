/** Moves of basis states by which each bit of the index becomes a parity of the bits before: CNOT, SWAP, X and products of them. */
export interface LinearMoves {
  /** [bit]: the bits of the index before whose parity it is. */
  readonly masks: readonly number[];
  /** [bit]: 1 if the parity is taken the other way round. */
  readonly flips: readonly number[];
}

/** No move. */
export const noMoves = (numBits: number): LinearMoves => ({
  masks: Array.from({ length: numBits }, (_, bit) => 1 << bit),
  flips: new Array<number>(numBits).fill(0),
});

/**
 * The moves followed by one on some bits, or undefined if that is not of this kind.
 *
 * @param bits - Highest local bit first.
 * @param targets - [2^bits.length]: where each local state goes.
 */
export function thenMove(moves: LinearMoves, bits: readonly number[], targets: readonly number[]): LinearMoves | undefined {
  const k = bits.length;
  const columns = Array.from({ length: k }, (_, i) => targets[1 << i] ^ targets[0]); // by local bit i
  const isLinear = targets.every((target, x) => {
    let sum = targets[0];
    for (let i = 0; i < k; i++) if ((x >> i) & 1) sum ^= columns[i];
    return sum === target;
  });
  if (!isLinear) return undefined;
  const masks = moves.masks.slice();
  const flips = moves.flips.slice();
  for (let out = 0; out < k; out++) {
    let mask = 0;
    let flip = (targets[0] >> out) & 1;
    for (let i = 0; i < k; i++)
      if ((columns[i] >> out) & 1) {
        mask ^= moves.masks[bits[k - 1 - i]];
        flip ^= moves.flips[bits[k - 1 - i]];
      }
    masks[bits[k - 1 - out]] = mask;
    flips[bits[k - 1 - out]] = flip;
  }
  return { masks, flips };
}

/** [2^numBits]: where each basis state goes; one operation for each. */
export function targetsOf({ masks, flips }: LinearMoves): Uint32Array {
  const numBits = masks.length;
  const targets = new Uint32Array(2 ** numBits);
  targets[0] = flips.reduce((sum, flip, bit) => sum | (flip << bit), 0);
  for (let bit = 0; bit < numBits; bit++) {
    const column = masks.reduce((sum, mask, row) => sum | (((mask >> bit) & 1) << row), 0);
    const half = 1 << bit;
    for (let x = 0; x < half; x++) targets[half + x] = targets[x] ^ column;
  }
  return targets;
}
