import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import ts from "typescript";
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

test("compiles where Node knows relaxed SIMD", () => {
  expect(withRelaxedSimd(() => new WebAssembly.Module(relaxed))).toBeInstanceOf(WebAssembly.Module);
});

test("an error in what compiles passes on", () => {
  const fail = () => {
    throw new Error("bug: another");
  };
  expect(() => withRelaxedSimd(fail)).toThrow("bug: another");
});

test("threads that compile at the same time all have it: the switch is the whole process's", async () => {
  const source = readFileSync(new URL("relaxed-simd.ts", import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const loop = `
    import { parentPort, threadId } from "node:worker_threads";
    let without = 0;
    for (let i = 0; i < 2000; i++)
      try {
        // A section of its own, "x" and four bytes, keeps the engine from knowing the module already.
        const bytes = Uint8Array.from([${relaxed.join()}, 0, 6, 1, 0x78, threadId & 255, threadId >> 8, i & 255, i >> 8]);
        if (!withRelaxedSimd(() => new WebAssembly.Module(bytes))) without++;
      } catch {
        without++;
      }
    parentPort.postMessage(without);`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(outputText + loop)}`);
  const counts = Array.from({ length: 4 }, () => {
    const worker = new Worker(url);
    return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  });
  expect(await Promise.all(counts)).toEqual([0, 0, 0, 0]);
});

test("is undefined on an engine without it", () => {
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  expect(withRelaxedSimd(() => new WebAssembly.Module(relaxed))).toBeUndefined();
});
