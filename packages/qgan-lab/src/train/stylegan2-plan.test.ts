import { expect, test } from "vitest";
import type { TrainingData } from "../run-folder/training-data.ts";
import { planStyleGan2Run } from "./stylegan2-plan.ts";
import type { TrainRunOptions } from "./train-options.ts";

const DATA = {
  name: "lesions",
  train: Array.from({ length: 40 }, (_, i) => i),
  dataset: { imageShape: [32, 32, 3], labels: null, classes: [] },
} as unknown as TrainingData; // no image is read for a plan

const plan = (options: Partial<TrainRunOptions>) =>
  planStyleGan2Run({ data: "lesions.zip", model: "stylegan2", out: "runs", ...options }, DATA);

test("a preset for short runs averages over a quarter of the images, the reference's configurations over a twentieth", () => {
  expect(plan({})).toMatchObject({ emaRampUp: 0.05, emaHalfLifeKimg: 10 });
  expect(plan({ preset: "small32" })).toMatchObject({ emaRampUp: 0.25, emaHalfLifeKimg: 10 });
});

test("a transfer has no ramp-up, with a preset or without", () => {
  expect(plan({ initFrom: "snapshot.pkl" })).toMatchObject({ emaRampUp: 0 });
  expect(plan({ initFrom: "snapshot.pkl", preset: "small32" })).toMatchObject({ emaRampUp: 0 });
});
