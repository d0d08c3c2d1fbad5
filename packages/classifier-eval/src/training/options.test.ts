import { createRng } from "repro-kit";
import { sgd } from "tfjs-train";
import { expect, test } from "vitest";
import { resolveOptions } from "./options.ts";
import { drawToyImages } from "./toy-images.ts";

const base = { train: drawToyImages(10), classes: ["left", "right"], rng: createRng(0) };
const resolve = (change: object) => () => resolveOptions({ ...base, ...change });

test("defaults are filled in", () => {
  const options = resolveOptions({ ...base, batchSize: 4, classWeights: "balanced" });
  expect(options).toMatchObject({ stepsPerEpoch: 3, epochs: 20, patience: 5, loss: { classWeights: [1, 1] } });
  expect(options.backbone.name).toBe("compact-cnn");
});

test("mistakes are named", () => {
  expect(resolve({ epoch: 3 })).toThrow('unknown option "epoch"; did you mean "epochs"?');
  expect(resolve({ backbone: "vgg" })).toThrow(
    'no backbone named "vgg"; known: compact-cnn, efficientnet-b0, mobilenet-v2, mobilenet-v2-tensorflow, resnet18, resnet34, resnet50.',
  );
  expect(resolve({ classes: ["left", "left"] })).toThrow("class names must differ; got left, left.");
  expect(resolve({ classes: ["one"] })).toThrow("at least 2 classes");
  expect(resolve({ classes: ["left", "right", "up"] })).toThrow('class "up" has no training image');
  expect(resolve({ batchSize: 1 })).toThrow("batchSize must be an integer ≥ 2; got 1.");
  expect(resolve({ epochs: 0 })).toThrow("epochs must be an integer ≥ 1");
  expect(resolve({ learningRate: 0 })).toThrow("learningRate must be above 0");
  expect(resolve({ learningRate: 1, optimizer: sgd({ learningRate: 1 }) })).toThrow("Give them to the optimizer instead.");
  expect(resolve({ frozenStages: 5 })).toThrow(
    '"all" or an integer from 0 to 4 (blocks.0, blocks.1, blocks.2, blocks.3); got 5.',
  );
  expect(resolve({ labelSmoothing: 1 })).toThrow("labelSmoothing must lie in [0, 1); got 1.");
  expect(resolve({ focalGamma: -1 })).toThrow("focalGamma must be at least 0; got -1.");
  expect(resolve({ classWeights: [1] })).toThrow("2 numbers above 0; got [1].");
  expect(resolve({ validation: drawToyImages(4, { size: 4 }) })).toThrow("validation images are 4×4×1, training images 8×8×1");
  expect(resolve({ rng: undefined })).toThrow("rng is missing");
});
