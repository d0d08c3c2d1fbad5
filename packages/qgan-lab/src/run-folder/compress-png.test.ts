import { decodePng } from "dataset-zip";
import { createRng } from "repro-kit";
import { expect, it } from "vitest";
import { compressPng } from "./compress-png.ts";

it.each([1, 3])("is read back exactly, %i channels", (channels) => {
  const rng = createRng(1);
  const image = { data: Uint8Array.from({ length: 7 * 5 * channels }, () => rng.integer(256)), height: 7, width: 5, channels };
  expect(decodePng(compressPng(image))).toEqual(image);
});

it("is much smaller than the pixels of an even image", () => {
  const image = { data: new Uint8Array(64 * 64 * 3).fill(200), height: 64, width: 64, channels: 3 };
  expect(compressPng(image).length).toBeLessThan(300);
});
