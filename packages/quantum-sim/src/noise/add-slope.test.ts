import { expect, test } from "vitest";
import { CRX, RX } from "../gates/index.ts";
import { addSlope } from "./add-slope.ts";
import { bitFlip } from "./channels.ts";

test("a slope goes to what the angle reads, by its scale", () => {
  const gradients = { inputs: new Float64Array(6), weights: new Float64Array(2) };
  addSlope(RX.on([0], { weight: 1, scale: 3 }), 0, 0.5, 4, gradients);
  addSlope(RX.on([0], { weight: 1 }), 0, 1, 4, gradients);
  addSlope(CRX.on([0, 1], { input: 1, shift: 2 }), 0, 0.25, 4, gradients);
  addSlope(RX.on([0], 0.3), 0, 9, 4, gradients);
  addSlope(bitFlip(0.1).on([0]), 0, 9, 4, gradients);
  expect([...gradients.weights]).toEqual([0, 2.5]);
  expect([...gradients.inputs]).toEqual([0, 0, 0, 0, 0, 0.25]);
});
