import { expect, test } from "vitest";
import { builtinOps } from "./ops/index.ts";
import { presets } from "./presets.ts";

test("every preset names built-in ops, each once", () => {
  const known = builtinOps.map(({ name }) => name);
  for (const { ops } of Object.values(presets)) {
    expect(known).toEqual(expect.arrayContaining([...ops]));
    expect(new Set(ops).size).toBe(ops.length);
  }
});
