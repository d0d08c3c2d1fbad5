import { describe, expect, it } from "vitest";
import { storedBlockLengths } from "./stored-deflate.ts";

describe("storedBlockLengths", () => {
  // Read from files that Pillow 13.0.0 wrote.
  it.each([
    [64, 193, 65536, [12352]],
    [128, 385, 65536, [33110, 16170]],
    [148, 445, 65536, [32930, 32930, 0]],
    [256, 769, 65536, [33067, 33067, 33067, 33067, 33067, 31529]],
    [
      16,
      60001,
      80000,
      [
        60001, 60001, 39981, 65535, 65535, 32769, 36184, 39952, 65535, 65535, 32769, 36213, 39923, 65535, 65535, 32769, 36242,
        39894, 65535, 14573,
      ],
    ],
    [1, 65536, 262140, [65535, 1]],
  ])("cuts %i rows of %i bytes as zlib does", (numRows, rowBytes, pieceBytes, lengths) => {
    expect(storedBlockLengths(numRows, rowBytes, pieceBytes)).toEqual(lengths);
  });

  it("always holds every byte, in blocks that deflate allows", () => {
    for (let rowBytes = 1; rowBytes < 300_000; rowBytes = Math.ceil(rowBytes * 1.37))
      for (const numRows of [1, 2, 7, 100]) {
        const lengths = storedBlockLengths(numRows, rowBytes, Math.max(65536, rowBytes));
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(numRows * rowBytes);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(65535);
      }
  });
});
