import { ready } from "tfjs-train";
import { expect, it } from "vitest";
import { testConvolutionGradient, testQuantumKernel } from "./self-test.ts";

it("agrees with the stored values of the quantum kernel", () => {
  const { largestError, isRight, path } = testQuantumKernel();
  expect(largestError).toBeLessThan(1e-6);
  expect(isRight).toBe(true);
  expect(path).toBe("batched-simd");
});

it.each(["wasm", "cpu"] as const)("agrees with the stored gradient of a convolution on %s", async (backend) => {
  await ready({ backend });
  expect(await testConvolutionGradient()).toBe(true);
});
