import { expect, it } from "vitest";
import { drawBar, formatProgress } from "./progress-line.ts";

it("draws a bar of constant width", () => {
  for (const fraction of [-1, 0, 0.01, 0.5, 0.999, 1, 2]) expect([...drawBar(fraction)].length).toBe(16);
  expect(drawBar(0.5)).toBe("████████········");
});

it("tells what is known, in one line", () => {
  const state = {
    part: "Training mel",
    fraction: 0.5,
    done: 120,
    total: 240,
    imagesPerSecond: 51.23,
    secondsLeft: 130,
    values: { D: 1.2345, G: 0.7 },
  };
  expect(formatProgress(state, { columns: Number.POSITIVE_INFINITY, withBar: false })).toBe(
    "Training mel 50 % · step 120/240 · 51.2 images/s · 2 min 10 s left · D 1.23 G 0.700",
  );
  expect(formatProgress(state, { columns: 200, withBar: true })).toContain("Training mel ████████········ 50 % · step");
  const cut = formatProgress(state, { columns: 30, withBar: true });
  expect(cut.length).toBe(30);
  expect(cut.endsWith("…")).toBe(true);
  expect(formatProgress({ part: "Reading" }, { columns: 80, withBar: true })).toBe("Reading");
});
