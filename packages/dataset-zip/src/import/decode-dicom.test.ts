import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodePng } from "../png/decode-png.ts";
import { decodeImage } from "./decode-image.ts";

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, "__fixtures__", name));
const options = { orientation: "ignore", maxPixels: 1e6 } as const;

describe("DICOM", () => {
  it.each(["ct-window", "xray-inverted-12-bit", "no-window", "sigmoid", "voi-table", "rgb", "rgb-planar", "rle-grey"])(
    "%s has the standard's values within a level",
    async (name) => {
      const image = await decodeImage(fixture(`${name}.dcm`), options);
      const expected = decodePng(fixture(`${name}.png`));
      expect(image).toMatchObject({ height: expected.height, width: expected.width, channels: expected.channels });
      const largest = Math.max(...image.data.map((value, i) => Math.abs(value - expected.data[i])));
      expect(largest).toBeLessThanOrEqual(expected.channels === 1 ? 1 : 0); // rounding of the window; colour is exact
      expect(new Set(image.data).size).toBeGreaterThan(10);
    },
  );

  it("a picture with annotations burned in is refused, a table of the modality, RLE in colour, and a file cut short", async () => {
    await expect(decodeImage(fixture("modality-table.dcm"), options)).rejects.toThrow(
      "with a table of the modality are not read",
    );
    await expect(decodeImage(fixture("burned-in.dcm"), options)).rejects.toThrow("annotations, perhaps patient data, are burned");
    await expect(decodeImage(fixture("rle.dcm"), options)).rejects.toThrow("packed by run lengths (RLE) are not read");
    for (const name of ["rgb", "xray-inverted-12-bit", "voi-table", "rle-grey"]) {
      const whole = fixture(`${name}.dcm`);
      for (
        let length = 140;
        length < whole.length - 1;
        length += 37 // the last byte is padding
      )
        await expect(decodeImage(whole.slice(0, length), options), `${name}, ${length} bytes`).rejects.toThrow("DICOM");
    }
  });
});
