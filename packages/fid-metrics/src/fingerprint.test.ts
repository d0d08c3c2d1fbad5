import { expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.ts";

test("one bit anywhere changes it; the same numbers give the same", () => {
  const weights = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
  const other = weights.slice();
  other[500] = Math.fround(other[500] + 2 ** -24);
  expect(fingerprintOf([weights])).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprintOf([weights.slice()])).toBe(fingerprintOf([weights]));
  expect(fingerprintOf([other])).not.toBe(fingerprintOf([weights]));
  expect(fingerprintOf([weights.subarray(0, 500), weights.subarray(500)])).toBe(fingerprintOf([weights]));
});
