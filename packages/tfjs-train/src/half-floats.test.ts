import { expect, test } from "vitest";
import { bfloatToFloat, floatToBfloat, floatToHalf, halfToFloat, narrowFloats, widenHalves } from "./half-floats.ts";

const isNaNHalf = (half: number) => (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0;
const isNaNBfloat = (half: number) => (half & 0x7f80) === 0x7f80 && (half & 0x7f) !== 0;

test("every half comes back from its float", () => {
  for (let half = 0; half < 65_536; half++) {
    if (isNaNHalf(half)) expect(isNaNHalf(floatToHalf(halfToFloat(half)))).toBe(true);
    else expect(floatToHalf(halfToFloat(half))).toBe(half);
    if (isNaNBfloat(half)) expect(isNaNBfloat(floatToBfloat(bfloatToFloat(half)))).toBe(true);
    else expect(floatToBfloat(bfloatToFloat(half))).toBe(half);
  }
});

test("what lies between two halves goes to the nearer, a tie to the even one", () => {
  for (let half = 0; half < 0x7bff; half++) {
    const [low, high] = [halfToFloat(half), halfToFloat(half + 1)];
    const middle = (low + high) / 2; // exact in float32
    expect(floatToHalf(middle)).toBe(half % 2 === 0 ? half : half + 1);
    expect(floatToHalf(low + (high - low) / 4)).toBe(half);
    expect(floatToHalf(-(low + (3 * (high - low)) / 4))).toBe(0x8000 | (half + 1));
  }
  expect(floatToHalf(65_519.99)).toBe(0x7bff);
  expect(floatToHalf(65_520)).toBe(0x7c00);
  expect(floatToHalf(1e30)).toBe(0x7c00);
  expect(floatToBfloat(1 + 2 ** -8)).toBe(0x3f80); // tie to even
  expect(floatToBfloat(1 + 3 * 2 ** -8)).toBe(0x3f82);
});

test.each(["F16", "BF16"] as const)("arrays of %s", (dtype) => {
  const bytes = new Uint8Array(Uint16Array.from({ length: 65_536 }, (_, half) => half).buffer);
  const floats = widenHalves(bytes, dtype);
  const value = dtype === "F16" ? halfToFloat : bfloatToFloat;
  for (let half = 0; half < 65_536; half++) if (!Object.is(floats[half], value(half))) expect(floats[half]).toEqual(value(half));
  const numbers = Float32Array.from([...floats].filter((one) => !Number.isNaN(one)));
  expect(widenHalves(narrowFloats(numbers, dtype), dtype)).toEqual(numbers);
});
