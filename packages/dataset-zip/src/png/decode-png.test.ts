import { zlibSync } from "fflate";
import { createRng, UsageError } from "repro-kit";
import { describe, expect, it } from "vitest";
import {
  headerOf,
  joinBytes,
  makeTestPng,
  pixelsOf,
  pngChunk,
  randomSamples,
  SAMPLES,
  type TestPng,
} from "../testing/make-test-png.ts";
import { mutatePngs } from "../testing/mutate-png.ts";
import { decodePng } from "./decode-png.ts";
import { encodePng, PNG_SIGNATURE } from "./encode-png.ts";

const KINDS = [
  [0, 1],
  [0, 2],
  [0, 4],
  [0, 8],
  [0, 16],
  [2, 8],
  [2, 16],
  [3, 1],
  [3, 2],
  [3, 4],
  [3, 8],
  [4, 8],
  [4, 16],
  [6, 8],
  [6, 16],
] as const;

function drawPng(seed: number, fields: Pick<TestPng, "colorType" | "bitDepth"> & Partial<TestPng>, hasKey = false): TestPng {
  const rng = createRng(seed);
  const palette =
    fields.colorType === 3
      ? Uint8Array.from({ length: 3 * (1 + rng.integer(2 ** fields.bitDepth)) }, () => rng.integer(256))
      : undefined;
  const png = { width: 13, height: 11, ...fields, ...(palette ? { palette } : {}) };
  const samples = randomSamples(rng, png);
  if (!hasKey) return { ...png, samples };
  const transparency = palette
    ? Uint8Array.from({ length: 1 + rng.integer(palette.length / 3) }, () => rng.integer(256))
    : Uint8Array.from({ length: fields.colorType === 0 ? 2 : 6 }, (_, i) =>
        i % 2 ? samples[i >> 1] & 255 : samples[i >> 1] >> 8,
      );
  return { ...png, samples, transparency };
}

describe("decodePng", () => {
  for (const [colorType, bitDepth] of KINDS)
    for (const isInterlaced of [false, true])
      for (const hasKey of colorType === 4 || colorType === 6 ? [false] : [false, true])
        it(`reads colour type ${colorType}, ${bitDepth} bits${isInterlaced ? ", interlaced" : ""}${hasKey ? ", tRNS" : ""}`, () => {
          for (const [k, filter] of ([0, 1, 2, 3, 4, "mixed"] as const).entries())
            for (const [width, height] of [
              [1, 1],
              [3, 2],
              [13, 11],
            ]) {
              const level = ([0, 1, 6, 9] as const)[k % 4];
              const png = drawPng(
                k,
                { colorType, bitDepth, isInterlaced, filter, width, height, level, chunkBytes: 1 + 13 * k },
                hasKey,
              );
              const { data, ...shape } = decodePng(makeTestPng(png));
              const channels = (colorType === 3 ? 3 : SAMPLES[colorType]) + (hasKey ? 1 : 0);
              expect(shape).toEqual({ width, height, channels });
              expect([...data]).toEqual([...pixelsOf(png).data]);
            }
        });

  it("inflates large streams piece by piece", () => {
    const png = drawPng(0, { colorType: 2, bitDepth: 8, width: 150, height: 200, filter: "mixed", level: 1 });
    expect([...decodePng(makeTestPng(png)).data]).toEqual([...pixelsOf(png).data]);
  });
});

const plain = encodePng({ data: new Uint8Array(48).fill(9), height: 4, width: 4, channels: 3 });
const signature = Uint8Array.from(PNG_SIGNATURE);
const end = pngChunk("IEND", new Uint8Array(0));
const small = { width: 2, height: 2, colorType: 0, bitDepth: 8 } as const;
const build = (...chunks: Uint8Array[]) => joinBytes([signature, ...chunks, end]);
const header = (fields: Partial<TestPng> = {}) => pngChunk("IHDR", headerOf({ ...small, ...fields }));
const idat = (rows: readonly number[]) => pngChunk("IDAT", zlibSync(Uint8Array.from(rows)));
const goodRows = [0, 1, 2, 0, 3, 4];
const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe("decodePng refuses", () => {
  const palette = pngChunk("PLTE", new Uint8Array(6));
  const cases: readonly [string, Uint8Array, string][] = [
    ["nothing", new Uint8Array(0), "signature is missing"],
    ["a JPEG", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0), "not a PNG"],
    ["a cut file", plain.subarray(0, 50), "truncated in its IDAT chunk"],
    ["a file without its end", plain.subarray(0, plain.length - 12), "ends before its IEND chunk"],
    ["a flipped bit in the pixels", flipped(plain, 60), "checksum of its IDAT chunk is wrong"],
    ["a flipped bit in the header", flipped(plain, 19), "checksum of its IHDR chunk is wrong"],
    ["no header", build(idat(goodRows)), "must begin with its one IHDR"],
    ["two headers", build(header(), header(), idat(goodRows)), "must begin with its one IHDR"],
    ["a chunk type of other characters", build(header(), pngChunk("I\0AT", new Uint8Array(1))), "no chunk type"],
    ["an unknown critical chunk", build(header(), pngChunk("ABCD", new Uint8Array(1)), idat(goodRows)), 'critical chunk "ABCD"'],
    ["width 0", build(header({ width: 0 }), idat(goodRows)), "no valid size: 0 × 2"],
    ["width 2^31", build(header({ width: 2 ** 31 }), idat(goodRows)), "no valid size"],
    ["2^31 − 1 squared", build(header({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }), idat(goodRows)), "at most 100000000 pixels"],
    ["a bomb's header", build(header({ width: 9000, height: 9000 }), idat(goodRows)), "cannot hold 9000 × 9000 pixels"],
    ["3 bits", build(header({ bitDepth: 3 as 2 }), idat(goodRows)), "colour type 0 with 3 bits"],
    ["colour type 5", build(header({ colorType: 5 as 4 }), idat(goodRows)), "colour type 5 with 8 bits"],
    ["no pixels", build(header()), "no IDAT chunk"],
    ["separated pixels", build(header(), idat(goodRows), pngChunk("tEXt", new Uint8Array(2)), idat([])), "between its IDAT"],
    ["a palette index without palette", build(header({ colorType: 3 }), idat(goodRows)), "no palette"],
    ["a colour beyond the palette", build(header({ colorType: 3 }), palette, idat(goodRows)), "the palette has 2 colours"],
    ["a palette in grey", build(header(), palette, idat(goodRows)), "grey PNG may not have a palette"],
    ["a palette of 5 bytes", build(header({ colorType: 3 }), pngChunk("PLTE", new Uint8Array(5)), idat(goodRows)), "not valid"],
    ["two palettes", build(header({ colorType: 3 }), palette, palette, idat(goodRows)), "second or a late palette"],
    ["tRNS of a wrong length", build(header(), pngChunk("tRNS", new Uint8Array(3)), idat(goodRows)), "must have 2 bytes"],
    ["filter 5", build(header(), idat([0, 1, 2, 5, 3, 4])), "row 1 has an unknown filter"],
    ["too few rows", build(header(), idat([0, 1, 2])), "hold 3 bytes where 6 are needed"],
    ["too many rows", build(header(), idat([...goodRows, 0, 1, 2])), "more than the 6 bytes"],
    ["data that are not deflate", build(header(), pngChunk("IDAT", Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9, 9))), "not deflate"],
    [
      "pixels with a wrong Adler-32",
      build(header(), pngChunk("IDAT", flipped(zlibSync(Uint8Array.from(goodRows)), 11))),
      "damaged",
    ],
  ];
  it.each(cases)("%s", (_, bytes, sentence) => {
    expect(() => decodePng(bytes)).toThrow(sentence);
    expect(() => decodePng(bytes)).toThrow(UsageError);
  });

  it("a bomb in small time and memory", () => {
    const bomb = build(header(), pngChunk("IDAT", zlibSync(new Uint8Array(5e7), { level: 9 })));
    const start = performance.now();
    expect(() => decodePng(bomb)).toThrow("more than the 6 bytes");
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

it("gives pixels or one sentence, whatever the bytes", { timeout: 120_000 }, () => {
  const { numRefused } = mutatePngs({ rounds: 6000, seed: 2026 });
  expect(numRefused).toBeGreaterThan(3000);
  expect(numRefused).toBeLessThan(6000);
});
