import { createRng, type Rng, UsageError } from "repro-kit";
import { decodePng } from "../png/decode-png.ts";
import { encodePng } from "../png/encode-png.ts";
import { makeTestPng, pngChunk, randomSamples, type TestPng } from "./make-test-png.ts";
import { mutateBytes } from "./mutate-bytes.ts";

export interface MutationStormOptions {
  readonly rounds: number;
  readonly seed: number;
}

/**
 * Decodes that many damaged PNGs, half of them with mended checksums, so that the damage gets past those.
 *
 * @returns how many were refused; the others gave pixels.
 * @throws whatever the decoder throws that is not one sentence to the user.
 */
export function mutatePngs({ rounds, seed }: MutationStormOptions): { readonly numRefused: number } {
  const rng = createRng(seed).fork("png mutations");
  const bases = basePngs(rng);
  let numRefused = 0;
  for (let round = 0; round < rounds; round++) {
    const isMended = round % 2 === 0;
    const damaged = mutateBytes(bases[round % bases.length], rng, { keep: 8, isLengthKept: isMended });
    const bytes = isMended ? mendChecksums(damaged) : damaged;
    try {
      const { data, height, width, channels } = decodePng(bytes);
      if (data.length !== height * width * channels) throw new Error(`bug: round ${round} of seed ${seed} gives a wrong shape.`);
    } catch (error) {
      if (!UsageError.isInstance(error) || !/^\[decodePng\] .+\.$/s.test(error.message)) throw error;
      numRefused++;
    }
  }
  return { numRefused };
}

function basePngs(rng: Rng): readonly Uint8Array[] {
  const palette = Uint8Array.from({ length: 36 }, () => rng.integer(256));
  const kinds: readonly Omit<TestPng, "samples" | "width" | "height">[] = [
    { colorType: 2, bitDepth: 8, filter: "mixed" },
    { colorType: 3, bitDepth: 4, isInterlaced: true, chunkBytes: 20, palette, transparency: Uint8Array.of(9, 99) },
    { colorType: 6, bitDepth: 16, filter: 4, level: 9 },
    { colorType: 0, bitDepth: 2, isInterlaced: true, level: 1, transparency: Uint8Array.of(0, 2) },
    { colorType: 4, bitDepth: 8, filter: 3, level: 0 },
  ];
  const drawn = kinds.map((kind) => ({ ...kind, width: 13, height: 11 }));
  const plain = encodePng({ data: new Uint8Array(48).fill(9), height: 4, width: 4, channels: 3 });
  return [plain, ...drawn.map((kind) => makeTestPng({ ...kind, samples: randomSamples(rng, kind) }))];
}

function mendChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    bytes.set(pngChunk(type, bytes.slice(at + 8, at + 8 + length)), at);
    at += 12 + length;
  }
  return bytes;
}
