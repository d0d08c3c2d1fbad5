import { createRng } from "repro-kit";
import { countParams, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { isStatistic } from "./backbone.ts";
import { compactCnn } from "./compact-cnn.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

test("186 000 parameters for RGB", () => {
  const params = compactCnn().init(createRng(0), { channels: 3 });
  const trainable = Object.fromEntries(Object.entries(params).filter(([name]) => !isStatistic(name)));
  expect(countParams(trainable)).toBe(27 * 32 + 9 * (32 * 64 + 64 * 96 + 96 * 128) + 2 * (32 + 64 + 96 + 128));
});

test("mistakes are named", () => {
  expect(() => compactCnn({ widths: [] })).toThrow("[compactCnn] widths must be positive integers; got [].");
  expect(() => compactCnn({ width: 3 } as object)).toThrow('did you mean "widths"?');
});
