import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodePng } from "../png/decode-png.ts";
import { decodeImage } from "./decode-image.ts";

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, "__fixtures__", name));
const options = { orientation: "ignore", maxPixels: 1e6 } as const;

describe("BMP", () => {
  it.each(["1-bit", "8-bit-grey", "8-bit-palette", "24-bit", "32-bit"])("%s has Pillow's pixels", async (name) => {
    const image = await decodeImage(fixture(`${name}.bmp`), options);
    const expected = decodePng(fixture(`${name}.bmp.png`)); // RGB
    expect(image).toMatchObject({ height: expected.height, width: expected.width });
    expect(image.channels).toBe(/grey|1-bit/.test(name) ? 1 : 3);
    const spread = Array.from(expected.data, (_, i) => image.data[image.channels === 1 ? Math.floor(i / 3) : i]);
    expect(spread).toEqual([...expected.data]);
  });

  it("a file cut anywhere is refused or whole, and a lying header is not believed", async () => {
    const whole = fixture("24-bit.bmp");
    for (let length = 2; length < whole.length; length++)
      await expect(decodeImage(whole.slice(0, length), options), `${length} bytes`).rejects.toThrow(/BMP/);
    const huge = whole.slice();
    new DataView(huge.buffer, huge.byteOffset).setInt32(18, 2 ** 30, true);
    await expect(decodeImage(huge, options)).rejects.toThrow("at most 1000000 are read");
  });
});
