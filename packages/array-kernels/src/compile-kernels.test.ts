import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { instantiateKernels } from "./instantiate-kernels.ts";

const folder = mkdtempSync(join(tmpdir(), "compile-kernels-"));
const tool = join(import.meta.dirname, "..", "build", "compile-kernels.mjs");
const build = () => spawnSync(process.execPath, [tool], { cwd: folder, encoding: "utf8" });
const generated = (name: string) => join(folder, "src", "generated", name);
const write = (name: string, text: string) => writeFileSync(join(folder, "kernels", name), text);

mkdirSync(join(folder, "kernels"), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sum = `import { twice } from "./_scale";
export const heapBase: usize = __heap_base;
export function twiceSum(p: usize, n: i32): f64 {
  let s = f64x2.splat(0);
  for (let i = 0; i < n; i += 2) s = f64x2.add(s, v128.load(p + (<usize>i << 3)));
  return twice(f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
}`;

describe("compile-kernels", () => {
  test("a kernel runs from its embedded text and is compiled only when it changed", () => {
    write("_scale.ts", "export function twice(x: f64): f64 { return x * 2; }");
    write("twice-sum.ts", sum);
    expect(build().stdout).toContain("1 kernels compiled, 0 up to date");
    expect(readdirSync(join(folder, "src", "generated"))).toEqual(["twice-sum.ts"]);
    const [, hex] = /twiceSumWasm =\s+"([^"]+)"/.exec(readFileSync(generated("twice-sum.ts"), "utf8"))!;
    const kernels = instantiateKernels<{ twiceSum(p: number, n: number): number; heapBase: WebAssembly.Global }>(hex);
    new Float64Array(kernels.memory.buffer, kernels.heapBase.value, 4).set([1, 2, 3, 4]);
    expect(kernels.twiceSum(kernels.heapBase.value, 4)).toBe(20);

    expect(build().stdout).toContain("0 kernels compiled, 1 up to date");
    write("_scale.ts", "export function twice(x: f64): f64 { return x + x; }");
    expect(build().stdout).toContain("1 kernels compiled, 0 up to date");
  });

  test("a removed kernel loses its generated file, other files there stay", () => {
    writeFileSync(generated("own.ts"), "export const own = 1;\n");
    write("gone.ts", "export function one(): i32 { return 1; }");
    build();
    expect(readdirSync(join(folder, "src", "generated")).sort()).toEqual(["gone.ts", "own.ts", "twice-sum.ts"]);
    rmSync(join(folder, "kernels", "gone.ts"));
    build();
    expect(readdirSync(join(folder, "src", "generated")).sort()).toEqual(["own.ts", "twice-sum.ts"]);
  });

  test.each([
    ["bad.ts", 'export function f(): i32 { return "x"; }', /kernels\/bad\.ts does not compile[\s\S]*TS2322/],
    [
      "bad.ts",
      'import { twiceSum } from "./twice-sum"; export function f(): f64 { return twiceSum(0, 0); }',
      /a kernel of its own/,
    ],
    ["badName.ts", "export function f(): i32 { return 1; }", /kebab-case/],
  ])("a bad kernel is named: %s %s", (name, text, message) => {
    write(name, text);
    const { status, stderr } = build();
    rmSync(join(folder, "kernels", name));
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});
