import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { resolveOptions } from "./options.ts";
import { drawToyImages } from "./toy-images.ts";

const base = { train: drawToyImages(10), classes: ["left", "right"], rng: createRng(0) };
const resolve = (change: object) => () => resolveOptions({ ...base, ...change });

test("defaults are filled in", () => {
  const options = resolveOptions({ ...base, batchSize: 4, classWeights: "balanced" });
  expect(options).toMatchObject({ stepsPerEpoch: 3, epochs: 20, patience: 5, classWeights: [1, 1] });
  expect(options.backbone.name).toBe("compact-cnn");
});

test("mistakes are named", () => {
  expect(resolve({ epoch: 3 })).toThrow('unknown option "epoch"; did you mean "epochs"?');
  expect(resolve({ backbone: "resnet" })).toThrow('no backbone named "resnet"; known: compact-cnn.');
  expect(resolve({ classes: ["one"] })).toThrow("at least 2 classes");
  expect(resolve({ classes: ["left", "right", "up"] })).toThrow('class "up" has no training image');
  expect(resolve({ batchSize: 1 })).toThrow("batchSize must be an integer ≥ 2; got 1.");
  expect(resolve({ epochs: 0 })).toThrow("epochs must be an integer ≥ 1");
  expect(resolve({ learningRate: 0 })).toThrow("learningRate must be above 0");
  expect(resolve({ classWeights: [1] })).toThrow("2 numbers above 0; got [1].");
  expect(resolve({ validation: drawToyImages(4, { size: 4 }) })).toThrow("validation images are 4×4×1, training images 8×8×1");
  expect(resolve({ rng: undefined })).toThrow("rng is missing");
});
