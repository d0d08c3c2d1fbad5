import type { Rng } from "repro-kit";
import { joinBytes } from "./make-test-png.ts";

export interface MutateBytesOptions {
  /** The first bytes, which stay. */
  readonly keep: number;
  /** Whether the length stays. */
  readonly isLengthKept: boolean;
}

/** The bytes with one to four places flipped, overwritten, removed, repeated or cut. */
export function mutateBytes(base: Uint8Array, rng: Rng, { keep, isLengthKept }: MutateBytesOptions): Uint8Array {
  let bytes: Uint8Array = base.slice();
  for (let k = 1 + rng.integer(4); k > 0 && bytes.length > keep + 1; k--) {
    const at = keep + rng.integer(bytes.length - keep);
    const kind = rng.integer(isLengthKept ? 3 : 6);
    if (kind <= 1) bytes[at] ^= 1 << rng.integer(8);
    else if (kind === 2) bytes[at] = [0, 255, 127, 128, rng.integer(256)][rng.integer(5)];
    else if (kind === 3) bytes = bytes.slice(0, at);
    else if (kind === 4) bytes = joinBytes([bytes.subarray(0, at), bytes.subarray(at + 1 + rng.integer(20))]);
    else bytes = joinBytes([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - rng.integer(20)))]);
  }
  return bytes;
}
