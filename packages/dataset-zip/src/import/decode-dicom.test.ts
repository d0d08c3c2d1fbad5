import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodePng } from "../png/decode-png.ts";
import { decodeImage } from "./decode-image.ts";

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, "__fixtures__", name));
const options = { orientation: "ignore", maxPixels: 1e6 } as const;

describe("DICOM", () => {
  it.each(["ct-window", "xray-inverted-12-bit", "rgb", "rle"])("%s has the standard's values within a level", async (name) => {
    const image = await decodeImage(fixture(`${name}.dcm`), options);
    const expected = decodePng(fixture(`${name}.png`));
    expect(image).toMatchObject({ height: expected.height, width: expected.width, channels: expected.channels });
    const largest = Math.max(...image.data.map((value, i) => Math.abs(value - expected.data[i])));
    expect(largest).toBeLessThanOrEqual(expected.channels === 1 ? 1 : 0); // rounding of the window; colour is exact
    expect(new Set(image.data).size).toBeGreaterThan(10);
  });

  it("a picture with annotations burned in is refused; a file cut short too", async () => {
    await expect(decodeImage(fixture("burned-in.dcm"), options)).rejects.toThrow("annotations, perhaps patient data, are burned");
    const whole = fixture("rgb.dcm");
    for (let length = 140; length < whole.length; length += 37)
      await expect(decodeImage(whole.slice(0, length), options), `${length} bytes`).rejects.toThrow("DICOM");
  });
});
