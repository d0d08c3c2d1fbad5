import { expect, test } from "vitest";
import { largestShear } from "./shear-form.ts";

test("norms stay within the range of float32 whatever the angles", () => {
  for (let n = 1; n <= 26; n++) {
    const growth = (1 + largestShear(n) ** 2) ** (n / 2);
    expect(growth).toBeLessThan(2 ** 60);
    expect(Math.fround(growth ** 2)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(Math.fround(growth ** -2)).toBeGreaterThan(2 ** -126);
  }
});
