import { expect, test } from "vitest";
import { createModel } from "../create-model.ts";

test.each<[object, string]>([
  [{ imageSize: 20 }, "imageSize must be a power of two from 8 to 1024; got 20."],
  [{ channels: 2 }, "channels must be 1 or 3; got 2."],
  [{ latentSize: 0 }, "latentSize must be an integer ≥ 1; got 0."],
  [{ learningRate: 0 }, "learningRate must be above 0; got 0."],
  [{ loss: "hinge!" }, 'no loss named "hinge!"'],
])("%j is refused", (options, message) => {
  expect(() => createModel("dcgan", { options })).toThrow(message);
});
