import { expect, test } from "vitest";
import { linearAlgebraWasm } from "./generated/linear-algebra.ts";
import { resampleBytesWasm } from "./generated/resample-bytes.ts";
import { decodeKernel } from "./instantiate-kernels.ts";
import { withoutRelaxedSimd } from "./without-relaxed-simd.ts";

/** (func (param f32 f32 f32) (result f32)) of a multiply-add `op` on splats of the parameters, with a local and constants that look like one. */
function moduleOf(op: number): Uint8Array<ArrayBuffer> {
  const splat = (k: number) => [0x20, k, 0xfd, 0x13];
  const misleading = [0xfd, 12, 0xfd, 0x85, 2, ...new Array<number>(13).fill(0xfd), 0x1a]; // v128.const of the same bytes, drop
  const code = [...splat(0), ...splat(1), ...splat(2), 0xfd, op, 2, 0x21, 3, 0x20, 3, 0xfd, 0x1f, 0, 0x0b];
  const body = [1, 1, 0x7b, ...misleading, ...code];
  const types = [1, 8, 1, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d];
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0];
  return Uint8Array.from([...head, 10, body.length + 2, 1, body.length, ...body]);
}

test.each([
  ["relaxed_madd", 0x85, 11],
  ["relaxed_nmadd", 0x86, -1],
])("%s becomes a product and a sum", (_, op, wanted) => {
  const bytes = withoutRelaxedSimd(moduleOf(op));
  expect(WebAssembly.validate(bytes)).toBe(true);
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as { f(a: number, b: number, c: number): number };
  expect(f(2, 3, 5)).toBe(wanted);
});

test.each([
  ["linear algebra", linearAlgebraWasm],
  ["resampling", resampleBytesWasm],
])("a module without them stays as it is: %s", (_, text) => {
  const bytes = decodeKernel(text);
  expect(withoutRelaxedSimd(bytes)).toEqual(bytes);
});
