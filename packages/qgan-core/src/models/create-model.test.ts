import { expect, test } from "vitest";
import { createModel, presetOf } from "./create-model.ts";

test("options go before the preset's", () => {
  const { imageShape } = createModel("dcgan", { preset: "tiny", options: { imageSize: 8 } }).generator;
  expect(imageShape).toEqual([8, 8, 3]);
});

test("unknown models, presets and options are told with what is known", () => {
  expect(() => createModel("hybridQ")).toThrow(
    'no model named "hybridQ"; did you mean "hybridq"? known: dcgan, hybridq, hybridq-classical, stylegan2.',
  );
  expect(() => createModel("dcgan", { preset: "tini" })).toThrow('[dcgan] no preset named "tini"; did you mean "tiny"?');
  expect(() => createModel("dcgan", { options: { imagesize: 8 } })).toThrow(
    '[dcgan] unknown option "imagesize"; did you mean "imageSize"?',
  );
  expect(() => createModel("dcgan", { size: 8 } as never)).toThrow('[createModel] unknown option "size"');
  expect(presetOf("hybridq", "demo32").training.batchSize).toBe(8);
});
