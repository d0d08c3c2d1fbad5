import { expect, it } from "vitest";
import { affordableImages, shareOut } from "./demo-plan.ts";

it("fits everything into the minutes", () => {
  for (const minutes of [1, 5, 60]) {
    const { trainingEnds, measuring, classifying } = shareOut(minutes);
    expect(trainingEnds + Math.max(measuring, classifying)).toBeLessThan(minutes * 60);
    expect(trainingEnds).toBeGreaterThan(0.7 * minutes * 60);
  }
});

it("measures fewer images on slower machines and with more generators, at most 200", () => {
  const budget = shareOut(5);
  expect(affordableImages(0.01, budget, 1)).toBe(200);
  expect(affordableImages(0.3, budget, 1)).toBeLessThan(120);
  expect(affordableImages(0.3, budget, 2)).toBeLessThan(affordableImages(0.3, budget, 1));
  expect(affordableImages(100, budget, 3)).toBe(8);
});
