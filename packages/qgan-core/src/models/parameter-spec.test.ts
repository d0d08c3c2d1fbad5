import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { convSpecs, denseSpecs, initParams, layerOf, normOf, normSpecs } from "./parameter-spec.ts";

beforeAll(() => ready({ backend: "cpu" }));

test("a layer starts from its own stream, whatever stands beside it", () => {
  const alone = initParams(denseSpecs("b", 3, 4), createRng(1));
  const beside = initParams([...denseSpecs("a", 5, 5), ...denseSpecs("b", 3, 4)], createRng(1));
  expect(beside["b.weight"].arraySync()).toEqual(alone["b.weight"].arraySync());
  expect(beside["b.bias"].arraySync()).toEqual(alone["b.bias"].arraySync());
});

test("dense and convolution start inside ±1/√fanIn", () => {
  const params = initParams([...denseSpecs("dense", 100, 50), ...convSpecs("conv", 4, 3, 8)], createRng(0));
  const largest = (name: string) => Math.max(...Array.from(params[name].dataSync(), Math.abs));
  expect(largest("dense.weight")).toBeLessThanOrEqual(Math.fround(0.1));
  expect(largest("dense.weight")).toBeGreaterThan(0.099);
  expect(largest("conv.weight")).toBeLessThanOrEqual(1 / Math.sqrt(48));
});

test("a normalisation without scale and shift has only its running statistics", () => {
  expect(normSpecs("n", 2, { isAffine: false }).map(({ name, isTrainable }) => [name, isTrainable])).toEqual([
    ["n.running_mean", false],
    ["n.running_var", false],
  ]);
  const params = initParams(normSpecs("n", 4000), createRng(2));
  const { mean, variance } = tf.moments(params["n.weight"]);
  expect(Math.abs(mean.dataSync()[0] - 1)).toBeLessThan(5 * (0.02 / Math.sqrt(4000)));
  expect(Math.abs(Math.sqrt(variance.dataSync()[0]) - 0.02)).toBeLessThan(0.002);
  expect(normOf(params, "n").running_var.dataSync()[0]).toBe(1);
});

test("a missing layer and a name used twice are told", () => {
  expect(() => layerOf({}, "encoder.conv")).toThrow('[params] no tensor "encoder.conv.weight"');
  expect(() => normOf({}, "norm")).toThrow('[params] no tensor "norm.running_mean"');
  expect(() => initParams([...denseSpecs("a", 1, 1), ...denseSpecs("a", 1, 1)], createRng(0))).toThrow("bug:");
});
