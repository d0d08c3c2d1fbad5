import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import pillow from "./__fixtures__/pillow-stored-png.json";
import { decodePng } from "./decode-png.ts";
import { encodePng } from "./encode-png.ts";

/** The images of the fixture; see its README. */
function drawContent(height: number, width: number, channels: number, content: string): Uint8Array {
  const seed = height % 7;
  return Uint8Array.from({ length: height * width * channels }, (_, i) => {
    if (content === "rough") {
      const v = (Math.imul(i, 2654435761) + seed * 97) >>> 0;
      return Math.imul(v ^ (v >>> 13), 1274126177) >>> 16;
    }
    const [y, x, k] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels];
    return Math.floor((x * (seed + 3)) / 7) + Math.floor((y * (seed + 5)) / 5) + k * 40 + (Math.floor((x * y) / 11) % 13);
  });
}

describe("encodePng", () => {
  it.each(pillow)("writes Pillow's bytes: $height × $width × $channels, $content", (expected) => {
    const { height, width, channels, content } = expected;
    const image = { data: drawContent(height, width, channels, content), height, width, channels };
    const png = encodePng(image);
    expect(png.length).toBe(expected.bytes);
    expect(createHash("sha256").update(png).digest("hex")).toBe(expected.sha256);
    const decoded = decodePng(png);
    expect(Buffer.compare(decoded.data, image.data)).toBe(0);
    expect([decoded.height, decoded.width, decoded.channels]).toEqual([height, width, channels]);
  });

  it("refuses what it cannot write, in a sentence", () => {
    const data = new Uint8Array(12);
    expect(() => encodePng({ data, height: 2, width: 3, channels: 2 })).toThrow(
      "[encodePng] 1 channel (grey) or 3 (RGB) expected; got 2.",
    );
    expect(() => encodePng({ data, height: 2, width: 3, channels: 3 })).toThrow("18 bytes expected; got 12");
    expect(() => encodePng({ data, height: 0, width: 3, channels: 3 })).toThrow("height and width");
    expect(() => encodePng({ data, height: 2, width: 2, channels: 3 }, { levle: 1 } as object)).toThrow('did you mean "level"');
  });
});
