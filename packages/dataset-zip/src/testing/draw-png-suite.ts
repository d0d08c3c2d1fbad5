import type { RasterImage } from "array-kernels";
import { zlibSync } from "fflate";
import { createRng } from "repro-kit";
import { PNG_SIGNATURE } from "../png/encode-png.ts";
import { makeTestPng, pixelsOf, pngChunk, randomSamples, SAMPLES, type TestPng } from "./make-test-png.ts";

/** One file of the suite. */
export interface SuiteFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What it holds; undefined where it is corrupt. */
  readonly pixels: RasterImage<Uint8Array> | undefined;
}

/** The valid files of van Schaik's PngSuite by name: feature, i(nterlaced) or n(ot), colour type, bits. */
const VALID = [
  "basn0g01 basn0g02 basn0g04 basn0g08 basn0g16 basn2c08 basn2c16 basn3p01 basn3p02 basn3p04 basn3p08",
  "basn4a08 basn4a16 basn6a08 basn6a16",
  "basi0g01 basi0g02 basi0g04 basi0g08 basi0g16 basi2c08 basi2c16 basi3p01 basi3p02 basi3p04 basi3p08",
  "basi4a08 basi4a16 basi6a08 basi6a16",
  "s01i3p01 s02i3p01 s03i3p01 s04i3p01 s05i3p02 s06i3p02 s07i3p02 s08i3p02 s09i3p02",
  "s01n3p01 s02n3p01 s03n3p01 s04n3p01 s05n3p02 s06n3p02 s07n3p02 s08n3p02 s09n3p02",
  "s32i3p04 s33i3p04 s34i3p04 s35i3p04 s36i3p04 s37i3p04 s38i3p04 s39i3p04 s40i3p04",
  "s32n3p04 s33n3p04 s34n3p04 s35n3p04 s36n3p04 s37n3p04 s38n3p04 s39n3p04 s40n3p04",
  "bgai4a08 bgai4a16 bgan6a08 bgan6a16 bgbn4a08 bggn4a16 bgwn6a08 bgyn6a16",
  "tbbn0g04 tbbn2c16 tbbn3p08 tbgn2c16 tbgn3p08 tbrn2c08 tbwn0g16 tbwn3p08 tbyn3p08",
  "tm3n3p02 tp0n0g08 tp0n2c08 tp0n3p08 tp1n3p08",
  "g03n0g16 g04n0g16 g05n0g16 g07n0g16 g10n0g16 g25n0g16 g03n2c08 g04n2c08 g05n2c08 g07n2c08 g10n2c08 g25n2c08",
  "g03n3p04 g04n3p04 g05n3p04 g07n3p04 g10n3p04 g25n3p04",
  "f00n0g08 f01n0g08 f02n0g08 f03n0g08 f04n0g08 f00n2c08 f01n2c08 f02n2c08 f03n2c08 f04n2c08 f99n0g04",
  "pp0n2c16 pp0n6a08 ps1n0g08 ps1n2c16 ps2n0g08 ps2n2c16",
  "ccwn2c08 ccwn3p08 cdfn2c08 cdhn2c08 cdsn2c08 cdun2c08 ch1n3p04 ch2n3p08 cm0n0g04 cm7n0g04 cm9n0g04",
  "cs3n2c16 cs3n3p08 cs5n2c08 cs5n3p08 cs8n2c08 cs8n3p08 ct0n0g04 ct1n0g04 cten0g04 ctfn0g04 ctgn0g04 cthn0g04",
  "ctjn0g04 ctzn0g04 exif2c08",
  "oi1n0g16 oi1n2c16 oi2n0g16 oi2n2c16 oi4n0g16 oi4n2c16 oi9n0g16 oi9n2c16",
  "z00n2c08 z03n2c08 z06n2c08 z09n2c08",
].flatMap((names) => names.split(" "));

const CORRUPT =
  "xc1n0g08 xc9n2c08 xcrn0g04 xcsn0g01 xd0n2c08 xd3n2c08 xd9n2c08 xdtn0g01 xhdn0g08 xlfn0g04 xs1n0g01 xs2n0g01 xs4n0g01 xs7n0g01";

/**
 * The 161 valid and 14 corrupt files of PngSuite, drawn anew: the same names and features, our own pixels (noise, the same in
 * every run).
 *
 * @see W. van Schaik, PngSuite, http://www.schaik.com/pngsuite (its list, none of its files).
 */
export function drawPngSuite(): readonly SuiteFile[] {
  const valid = VALID.map((name) => {
    const png = describeFile(name);
    return { name, bytes: makeTestPng(png), pixels: pixelsOf(png) };
  });
  const corrupt = CORRUPT.split(" ").map((name) => ({
    ...{ name, pixels: undefined },
    bytes: corruptions[name.slice(0, 3)](makeTestPng(describeFile(name))),
  }));
  return [...valid, ...corrupt];
}

type Header = Pick<TestPng, "width" | "height" | "colorType" | "bitDepth" | "isInterlaced">;

function describeFile(name: string): TestPng {
  const [, feature, interlace, type, bits] = /^(.{3})(.)(\d)[a-z](\d\d)$/.exec(name) as RegExpExecArray; // names above have this form
  const side = feature[0] === "s" ? Number(feature.slice(1)) : 32;
  const colorType = Number(type) as TestPng["colorType"];
  const header: Header = {
    ...{ width: side, height: side, colorType, bitDepth: Number(bits) as TestPng["bitDepth"] },
    isInterlaced: interlace === "i",
  };
  const rng = createRng(2026).fork(name);
  const numColors = 2 ** Math.min(8, header.bitDepth);
  const palette = colorType === 3 ? Uint8Array.from({ length: 3 * numColors }, () => rng.integer(256)) : undefined;
  const samples = randomSamples(rng, { ...header, palette });
  return { ...header, palette, samples, ...extrasOf(feature, header, samples) };
}

const text = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));
const words = (...values: readonly number[]): Uint8Array => Uint8Array.from(values.flatMap((value) => [value >> 8, value & 255]));
const longs = (...values: readonly number[]): Uint8Array => words(...values.flatMap((value) => [value >>> 16, value & 0xffff]));
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const joined = (...pieces: readonly Uint8Array[]): Uint8Array => Uint8Array.from(pieces.flatMap((piece) => [...piece]));

/** What the three letters of the feature add to a file of that header. */
function extrasOf(feature: string, header: Header, samples: Uint16Array): Partial<TestPng> {
  const { colorType, bitDepth } = header;
  const count = SAMPLES[colorType];
  const isPalette = colorType === 3;
  const most = 2 ** bitDepth - 1;
  const background = {
    b: [0, 0, 0],
    g: [most >> 1, most >> 1, most >> 1],
    w: [most, most, most],
    y: [most, most, 0],
    r: [most, 0, 0],
  };
  const backgroundChunk = (letter: keyof typeof background): Uint8Array => {
    const color = background[letter];
    return pngChunk("bKGD", isPalette ? bytes(1) : words(...(colorType === 0 || colorType === 4 ? color.slice(0, 1) : color)));
  };
  // The key is a colour that occurs: that of the pixel in the middle.
  const middle = Math.floor(samples.length / count / 2) * count;
  const key = isPalette ? bytes(0) : words(...samples.subarray(middle, middle + count));
  const [kind, letter] = [feature.slice(0, 2), feature[2]];
  const before = (type: string, data: Uint8Array): Partial<TestPng> => ({ beforePalette: [pngChunk(type, data)] });
  const suggested = (depth: 8 | 16): Uint8Array => {
    const color = depth === 8 ? bytes(255, 128, 0, 255, 0, 9) : words(65535, 32768, 0, 65535, 9);
    return pngChunk("sPLT", joined(text("six-cube\0"), bytes(depth), color, color));
  };
  const texts: Readonly<Record<string, readonly Uint8Array[]>> = {
    0: [],
    1: [pngChunk("tEXt", text("Title\0PngSuite")), pngChunk("tEXt", text("Author\0nobody"))],
    z: [pngChunk("tEXt", text("Title\0PngSuite")), pngChunk("zTXt", joined(text("Author\0\0"), zlibSync(text("nobody at all"))))],
  };
  const international = (language: string): readonly Uint8Array[] => [
    pngChunk("iTXt", joined(text(`Title\0\0\0${language}\0\0`), new TextEncoder().encode("Тест · δοκιμή · 試験"))),
  ];
  const features: Readonly<Record<string, () => Partial<TestPng>>> = {
    bg: () => (letter === "a" ? {} : { beforeData: [backgroundChunk(letter as keyof typeof background)] }),
    tb: () => ({ transparency: key, beforeData: [backgroundChunk(letter as keyof typeof background)] }),
    tm: () => ({ transparency: bytes(0, 85, 170) }),
    tp: () => (letter === "1" ? { transparency: key } : {}),
    pp: () =>
      before(
        "PLTE",
        Uint8Array.from({ length: 216 * 3 }, (_, i) => (i * 37) & 255),
      ),
    ps: () => ({ beforePalette: [suggested(letter === "1" ? 8 : 16)] }),
    cc: () => before("cHRM", longs(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
    cd: () => before("pHYs", joined(longs(letter === "f" ? 1 : 1000, letter === "h" ? 4 : 1000), bytes(letter === "u" ? 1 : 0))),
    ch: () => ({ beforeData: [pngChunk("hIST", words(...Array.from({ length: 2 ** bitDepth }, (_, i) => i)))] }),
    cm: () => before("tIME", joined(words({ 0: 2000, 7: 1970, 9: 1999 }[letter] ?? 0), bytes(12, 31, 23, 59, 59))),
    cs: () => before("sBIT", new Uint8Array(3).fill(letter === "3" && bitDepth === 16 ? 13 : Number(letter))),
    ct: () => ({ beforeData: texts[letter] ?? international({ e: "en", f: "fi", g: "el", h: "hi", j: "ja" }[letter] ?? "") }),
    ex: () => ({
      beforeData: [
        pngChunk("eXIf", joined(text("II*\0"), bytes(8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0))),
      ],
    }),
    oi: () => ({ chunkBytes: { 1: 1e6, 2: 900, 4: [500, 20, 700, 3], 9: 1 }[letter] ?? 0 }),
  };
  if (features[kind]) return features[kind]();
  const number = Number(feature.slice(1));
  if (feature[0] === "f") return { filter: number === 99 ? "mixed" : (number as 0) };
  if (feature[0] === "g")
    return before("gAMA", longs({ 3: 35000, 4: 45000, 5: 55000, 7: 70000, 10: 100000, 25: 250000 }[number] ?? 0));
  return feature[0] === "z" ? { level: number as 0 } : {};
}

const SIGNATURE = PNG_SIGNATURE.length;
const IHDR_DATA = SIGNATURE + 8;

/** The file with a byte changed. */
const changed = (file: Uint8Array, at: number, value: number): Uint8Array => file.map((byte, i) => (i === at ? value : byte));

/** The file with another value in its header, whose checksum is right. */
function withHeader(file: Uint8Array, at: number, value: number): Uint8Array {
  const header = changed(file, IHDR_DATA + at, value).subarray(IHDR_DATA, IHDR_DATA + 13);
  return joined(file.subarray(0, SIGNATURE), pngChunk("IHDR", header), file.subarray(IHDR_DATA + 13 + 4));
}

/** As a transfer in text mode leaves it: one byte put before or behind each of a kind. */
const inserted = (file: Uint8Array, [first, second]: readonly [number, number], kind: number): Uint8Array =>
  Uint8Array.from([...file].flatMap((byte) => (byte === kind ? [first, second] : [byte])));

const indexOfData = (file: Uint8Array): number =>
  file.findIndex((byte, i) => byte === 0x49 && String.fromCharCode(...file.subarray(i, i + 4)) === "IDAT");

const corruptions: Readonly<Record<string, (file: Uint8Array) => Uint8Array>> = {
  xs1: (file) => changed(file, 0, PNG_SIGNATURE[0] & 0x7f),
  xs2: (file) => changed(file, 1, 0x51),
  xs4: (file) => changed(file, 3, 0x67),
  xs7: (file) => changed(file, 6, 0x20),
  xcr: (file) => inserted(file, [13, 10], 10),
  xlf: (file) => inserted(file, [13, 10], 13),
  xc1: (file) => withHeader(file, 9, 1),
  xc9: (file) => withHeader(file, 9, 9),
  xd0: (file) => withHeader(file, 8, 0),
  xd3: (file) => withHeader(file, 8, 3),
  xd9: (file) => withHeader(file, 8, 99),
  xhd: (file) => changed(file, IHDR_DATA + 13, file[IHDR_DATA + 13] ^ 1),
  xcs: (file) => changed(file, file.length - 13, file[file.length - 13] ^ 1),
  xdt: (file) => joined(file.subarray(0, indexOfData(file) - 4), file.subarray(file.length - 12)),
};
