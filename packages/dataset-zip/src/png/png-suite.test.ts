import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, platform } from "node:process";
import type { RasterImage } from "array-kernels";
import { UsageError } from "repro-kit";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../import/decode-image.ts";
import { drawPngSuite } from "../testing/draw-png-suite.ts";
import { decodePng } from "./decode-png.ts";

const suite = drawPngSuite();
const valid = suite.flatMap(({ name, bytes, pixels }) => (pixels ? [{ name, bytes, pixels }] : []));
const corrupt = suite.filter(({ pixels }) => !pixels);
const asStored = { orientation: "ignore", maxPixels: 1e6 } as const;

const environment = env.QGAN_PEERS_ENV ?? join(import.meta.dirname, "..", "..", "..", "..", "..", "peers-env");
const python = platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
const hasPillow = existsSync(python) && spawnSync(python, ["-c", "import PIL, numpy"]).status === 0;

describe("PngSuite, drawn anew", () => {
  it("has its 161 valid and 14 corrupt files", () => {
    expect([valid.length, corrupt.length, new Set(suite.map(({ name }) => name)).size]).toEqual([161, 14, 175]);
  });

  it.each(valid)("$name: the codec and the importer give its pixels, and so does sharp", async ({ bytes, pixels }) => {
    expect(decodePng(bytes)).toEqual(pixels);
    expect(await decodeImage(bytes, asStored)).toEqual(pixels);
    expect(await decodeWithSharp(bytes)).toEqual(pixels);
  });

  it.each(corrupt)("$name is refused in one sentence", async ({ bytes }) => {
    expect(() => decodePng(bytes)).toThrow(UsageError);
    expect(() => decodePng(bytes)).toThrow(/^\[decodePng\] .+\.$/);
    await expect(decodeImage(bytes, asStored)).rejects.toThrow(UsageError);
  });

  it.skipIf(!hasPillow)("Pillow gives the same pixels", () => {
    const theirs = decodeWithPillow();
    const unlike = (strip: (image: RasterImage<Uint8Array>) => RasterImage<Uint8Array>) =>
      valid
        .filter(({ name, pixels }) => !isEqual(strip(theirs.get(name) as typeof pixels), strip(pixels)))
        .map(({ name }) => name);
    expect(unlike((image) => image)).toEqual(KEY_LOST_BY_PILLOW);
    expect(unlike(withoutAlpha)).toEqual([]);
  });
});

/** Pillow compares the tRNS colour of 4 bits with values stretched to 8, and that of 3 × 16 bits with values cut to 8: none is transparent. */
const KEY_LOST_BY_PILLOW = ["tbbn0g04", "tbbn2c16", "tbgn2c16"];

function withoutAlpha(image: RasterImage<Uint8Array>): RasterImage<Uint8Array> {
  if (image.channels % 2 === 1) return image;
  const channels = image.channels - 1;
  return { ...image, channels, data: image.data.filter((_, i) => i % image.channels < channels) };
}

/** By sharp's own options, not through the importer: the whole 16 bits, and grey with alpha as RGBA, since "b-w" drops alpha. */
async function decodeWithSharp(bytes: Uint8Array): Promise<RasterImage<Uint8Array>> {
  const { channels: numChannels, depth } = await sharp(bytes).metadata();
  const is16 = depth === "ushort";
  const space = is16 ? (numChannels <= 2 ? "grey16" : "rgb16") : numChannels === 1 ? "b-w" : "srgb";
  const pipeline = sharp(bytes, { ignoreIcc: true })
    .toColourspace(space)
    .raw({ depth: is16 ? "ushort" : "uchar" });
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  const { height, width } = info;
  const values = is16
    ? Uint8Array.from(new Uint16Array(new Uint8Array(data).buffer), (value) => value >> 8)
    : new Uint8Array(data);
  if (numChannels !== 2 || is16) return { data: values, height, width, channels: info.channels };
  return { data: values.filter((_, i) => i % 4 === 0 || i % 4 === 3), height, width, channels: 2 };
}

function decodeWithPillow(): Map<string, RasterImage<Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), "png-suite-"));
  try {
    for (const { name, bytes } of valid) writeFileSync(join(folder, `${name}.png`), bytes);
    const script = join(import.meta.dirname, "__fixtures__", "decode-with-pillow.py");
    const { status, stdout, stderr } = spawnSync(python, [script, folder], { encoding: "utf8", maxBuffer: 2 ** 26 });
    expect([stderr, status]).toEqual(["", 0]);
    const decoded: Record<string, [number, number, number, string]> = JSON.parse(stdout);
    return new Map(
      Object.entries(decoded).map(([name, [height, width, channels, data]]) => [
        name,
        { data: new Uint8Array(Buffer.from(data, "base64")), height, width, channels },
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isEqual = (a: RasterImage<Uint8Array> | undefined, b: RasterImage<Uint8Array>): boolean =>
  a?.height === b.height && a.width === b.width && a.channels === b.channels && a.data.every((value, i) => value === b.data[i]);
