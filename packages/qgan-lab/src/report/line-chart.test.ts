import { expect, it } from "vitest";
import { lineChart, thin } from "./line-chart.ts";

const noisy = Array.from({ length: 1000 }, (_, i) => [i, Math.sin(i) + 2] as const);

it("draws every series, for two widths, with a legend and a table", () => {
  const text = lineChart({
    description: "Two curves.",
    xLabel: "images seen",
    yLabel: "loss",
    series: [
      { name: "a <b>", points: noisy },
      {
        name: "b",
        points: [
          [0, 1],
          [500, Number.NaN],
          [1000, 2],
        ],
      },
    ],
    smooth: true,
    reference: { y: 1, label: "real against real" },
  }).html;
  expect(text.match(/<svg aria-hidden/g)?.length).toBe(2);
  expect(text).toContain("a &lt;b&gt;");
  expect(text).toContain("real against real");
  expect(text).toContain('stroke="var(--series-2)"');
  expect(text).not.toContain("NaN");
  expect(text).not.toContain("<script");
  expect(text.match(/<tr>/g)?.length).toBeGreaterThan(10);
});

it("draws a single measurement and an empty list", () => {
  const chart = (points: readonly (readonly [number, number])[]) =>
    lineChart({ description: "d", xLabel: "x", yLabel: "y", series: [{ name: "a", points }], scale: "log" }).html;
  expect(chart([[10, 0.5]])).toContain("<circle");
  expect(chart([])).toContain("<svg");
});

it("thins by means", () => {
  const thinned = thin(noisy);
  expect(thinned.length).toBe(300);
  expect(thinned.at(-1)![0]).toBe(999);
  for (const [, y] of thinned) expect(y).toBeGreaterThan(0.99);
});

it.each([
  [0.0078, 0.0101],
  [0.0000781, 0.0000794],
  [1234.5, 1234.9],
])("has room for the numbers beside the axis: %f to %f", (low, high) => {
  const { html } = lineChart({
    description: "d",
    xLabel: "x",
    yLabel: "y",
    series: [
      {
        name: "a",
        points: [
          [0, low],
          [1, high],
        ],
      },
    ],
  });
  const [, axis] = /aria-label="y-axis tick label"[^>]*>(.*?)<\/g>/s.exec(html) ?? [];
  const labels = [...(axis ?? "").matchAll(/>([^<>]+)<\/text>/g)].map(([, label]) => label);
  expect(labels.length).toBeGreaterThan(2);
  // 9 pixels between a label and its axis, which stands 60 from the edge; a digit of 12 pixels' size is 7.2 wide.
  expect(Math.max(...labels.map((label) => label.length)) * 7.2 + 9).toBeLessThanOrEqual(61);
});
