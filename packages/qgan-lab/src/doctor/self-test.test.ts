import { expect, it } from "vitest";
import { testQuantumKernel } from "./self-test.ts";

it("agrees with the stored values of the quantum kernel", () => {
  const { largestError, isRight, path } = testQuantumKernel();
  expect(largestError).toBeLessThan(1e-6);
  expect(isRight).toBe(true);
  expect(path).toBe("batched-simd");
});
