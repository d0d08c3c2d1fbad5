import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { imageTensor } from "./image-tensor.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

test("0 is −1, 255 is 1", () => {
  const tensor = imageTensor(Uint8Array.of(0, 255, 51, 204), [1, 2, 1]);
  expect(tensor.shape).toEqual([2, 1, 2, 1]);
  expect([...tensor.dataSync()].map((x) => Math.round(x * 1e6) / 1e6)).toEqual([-1, 1, -0.6, 0.6]);
});

test("a part of an image is refused", () => {
  expect(() => imageTensor(new Uint8Array(5), [1, 2, 1])).toThrow("5 bytes are not whole 1×2×1 images");
});
