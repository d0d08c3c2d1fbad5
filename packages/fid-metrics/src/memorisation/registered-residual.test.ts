import { expect, test } from "vitest";
import { blobImages } from "../__fixtures__/planted-copies.ts";
import { describeForCopies } from "./copy-descriptor.ts";
import { type FinePicture, registeredResidual } from "./registered-residual.ts";

const SIZE = 32;
const pictureOf = (seed: number, change: (value: number) => number = (value) => value, [dy, dx] = [0, 0]): FinePicture => {
  const { fine, fineGrey } = describeForCopies(blobImages(seed, 1, SIZE));
  const moved = (data: Uint8Array, channels: number): Uint8Array =>
    data.map((_, i) => {
      const [pixel, c] = [Math.floor(i / channels), i % channels];
      const [y, x] = [(Math.floor(pixel / SIZE) + dy + SIZE) % SIZE, ((pixel % SIZE) + dx + SIZE) % SIZE];
      return change(data[(y * SIZE + x) * channels + c]);
    });
  return { data: moved(fine, 3), grey: moved(fineGrey, 1), size: SIZE, channels: 3 };
};

test("moved, brighter and fainter pictures lie over their original but for rounding; another one does not", () => {
  const target = pictureOf(1);
  expect(registeredResidual(target, target, 4)).toBeLessThan(1e-3);
  const copy = pictureOf(1, (value) => 20 + 0.7 * value, [3, -4]);
  expect(registeredResidual(copy, target, 4)).toBeLessThan(0.6); // cut to whole numbers, twice
  expect(registeredResidual(pictureOf(2), target, 4)).toBeGreaterThan(8);
});

test("flat pictures have no structure to lay over: nothing is left of one, all of another", () => {
  const flat = pictureOf(1, () => 90);
  expect(registeredResidual(flat, pictureOf(1), 4)).toBeCloseTo(0, 6);
  expect(registeredResidual(pictureOf(1), flat, 4)).toBeGreaterThan(8);
});
