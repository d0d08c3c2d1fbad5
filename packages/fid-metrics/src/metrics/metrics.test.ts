import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { features, randomFeatures } from "../__fixtures__/random-features.ts";
import { builtinMetrics, createMetricRegistry } from "./index.ts";
import { defineKidSubsets } from "./kid.ts";

describe.each([...createMetricRegistry()].map((metric) => [metric.name, metric] as const))(
  "%s keeps the contract",
  (name, metric) => {
    const [real, near, far] = [randomFeatures(1, 60, 8), randomFeatures(2, 60, 8), randomFeatures(3, 60, 8, 2)];
    test("its first value bears its name; all are finite and named after it", () => {
      const values = metric.compute(real, near, createRng(0));
      expect(Object.keys(values)[0]).toBe(name);
      for (const [key, value] of Object.entries(values)) {
        expect(key.startsWith(name)).toBe(true);
        expect(Number.isFinite(value)).toBe(true);
      }
    });
    test("the same seed gives the same values", () => {
      expect(metric.compute(real, near, createRng(3))).toEqual(metric.compute(real, near, createRng(3)));
    });
    test("a nearer set scores better", () => {
      const [good, bad] = [near, far].map((generated) => metric.compute(real, generated, createRng(0))[name]);
      if (metric.better === "lower") expect(good).toBeLessThan(bad);
      else expect(good).toBeGreaterThan(bad);
    });
    test("refuses one sample, NaN and unlike dimensions; has a source", () => {
      expect(() => metric.compute(real, randomFeatures(1, 1, 8), createRng(0))).toThrow(/at least 2|2 to 1/);
      expect(() => metric.compute(features([1], [Number.NaN]), features([1], [2]), createRng(0))).toThrow("NaN");
      expect(() => metric.compute(real, randomFeatures(1, 9, 7), createRng(0))).toThrow("dimensions differ");
      expect(metric.source).not.toBe("");
    });
  },
);

test("KID stands before FID; another metric can be registered", () => {
  const names = builtinMetrics.map(({ name }) => name);
  expect(names.indexOf("kid")).toBeLessThan(names.indexOf("fid"));
  const registry = createMetricRegistry();
  registry.register({ ...defineKidSubsets({ count: 10, size: 50 }), name: "kid-10" });
  expect(registry.names()).toContain("kid-10");
  expect(() => registry.resolve("FID")).toThrow('did you mean "fid"?');
});
