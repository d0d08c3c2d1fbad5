import { afterEach, expect, test, vi } from "vitest";
import { withRelaxedSimd } from "./relaxed-simd.ts";

afterEach(() => vi.restoreAllMocks());

/** (func (result v128) (f32x4.relaxed_madd (v128.const 0) (v128.const 0) (v128.const 0))) */
const relaxed = (() => {
  const zero = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
  const body = [0, ...zero, ...zero, ...zero, 0xfd, 0x85, 0x02, 0x0b];
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0];
  return Uint8Array.from([...head, 10, body.length + 2, 1, body.length, ...body]);
})();

test("compiles where Node knows relaxed SIMD, and leaves the engine as it was", () => {
  const isKnown = WebAssembly.validate(relaxed);
  expect(withRelaxedSimd(() => new WebAssembly.Module(relaxed))).toBeInstanceOf(WebAssembly.Module);
  expect(WebAssembly.validate(relaxed)).toBe(isKnown);
});

test("an error in what compiles passes on, and the engine is left as it was", () => {
  const isKnown = WebAssembly.validate(relaxed);
  const fail = () => {
    throw new Error("bug: another");
  };
  expect(() => withRelaxedSimd(fail)).toThrow("bug: another");
  expect(WebAssembly.validate(relaxed)).toBe(isKnown);
});

test("is undefined on an engine without it", () => {
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  expect(withRelaxedSimd(() => new WebAssembly.Module(relaxed))).toBeUndefined();
});
