import { expect, it } from "vitest";
import { normalizeRows, smoothPath } from "./smooth-path.ts";

const points = Float32Array.from([0, 0, 1, 2, 3, -1]); // three points of two numbers

it("goes through its points, open and closed", () => {
  const closed = smoothPath(points, 2, { frames: 4, loop: true });
  expect(closed).toHaveLength(3 * 4 * 2);
  for (let k = 0; k < 3; k++) expect([...closed.subarray(8 * k, 8 * k + 2)]).toEqual([...points.subarray(2 * k, 2 * k + 2)]);
  const open = smoothPath(points, 2, { frames: 4, loop: false });
  expect(open).toHaveLength((2 * 4 + 1) * 2);
  expect([...open.subarray(-2)]).toEqual([3, -1]);
});

it("moves evenly along a line and without a jump of speed at a point", () => {
  const line = smoothPath(Float32Array.from([0, 1, 2, 3]), 1, { frames: 10, loop: false });
  for (let i = 11; i < 20; i++) expect(line[i] - line[i - 1]).toBeCloseTo(0.1, 6);
  const path = smoothPath(points, 2, { frames: 1000, loop: true });
  const speed = (row: number): number => path[2 * (row + 1)] - path[2 * row];
  for (const k of [1000, 2000]) expect(Math.abs(speed(k) - speed(k - 1))).toBeLessThan(2e-5);
});

it("refuses a single point", () => {
  expect(() => smoothPath(points.subarray(0, 2), 2, { frames: 4, loop: true })).toThrow("at least 2 points");
});

it("brings rows to unit mean square", () => {
  const rows = normalizeRows(Float32Array.from([3, 4, 0.1, 0]), 2);
  expect(rows[0] ** 2 + rows[1] ** 2).toBeCloseTo(2, 5);
  expect(rows[2]).toBeCloseTo(Math.SQRT2, 4);
});
