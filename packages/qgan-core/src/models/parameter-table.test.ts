import { expect, test } from "vitest";
import { createModel } from "./create-model.ts";
import { parameterTable } from "./parameter-table.ts";

test("DCGAN has the 6.3 M parameters that the paper counts", () => {
  expect(parameterTable(createModel("dcgan"))).toMatchObject({
    total: 6_342_272,
    groups: { generator: 3_576_704, discriminator: 2_765_568 },
  });
});

test.each([
  ["image", "dense", 3_697_366],
  ["both", "dense", 3_756_247],
  ["image", "convolutional", 3_666_274],
])("HybridQ, reading %s with a %s decoder, has 3.7 M parameters within 3 %%", (latentFusion, decoder, total) => {
  const table = parameterTable(createModel("hybridq", { options: { latentFusion, decoder } }));
  expect(table.total).toBe(total);
  expect(Math.abs(total - 3.7e6) / 3.7e6).toBeLessThan(0.03);
});

test("the paper's parts have the counts of the reading that gives 3 697 366", () => {
  const { rows, groups } = parameterTable(createModel("hybridq", { preset: "paper" }));
  expect(groups).toEqual({ encoder: 102_549, quantum: 1800, decoder: 827_449, discriminator: 2_765_568 });
  expect(rows.find(({ layer }) => layer === "decoder.dense")).toEqual({
    group: "decoder",
    layer: "decoder.dense",
    shapes: [[100, 8192], [8192]],
    count: 827_392,
  });
});

test("the latent reading has no image discriminator", () => {
  expect(parameterTable(createModel("hybridq")).groups).toEqual({
    encoder: 102_549,
    quantum: 1800,
    decoder: 1_241_172,
    latent_discriminator: 58_881,
  });
});

test("the classical control has as many parameters as the circuits", () => {
  expect(parameterTable(createModel("hybridq-classical")).groups.mlp).toBe(1800);
});
