import { expect, test } from "vitest";
import { builtinOps } from "../ops/index.ts";
import { presets } from "../presets.ts";
import { remedyFor } from "./remedies.ts";

test("every op's remedy names a preset that holds it, and p", () => {
  for (const { name } of builtinOps) {
    const [, part] = /^Drop (\S+)/.exec(remedyFor(name)) ?? [];
    expect(name === part || presets[part].ops.includes(name)).toBe(true);
    expect(remedyFor(name)).toContain("keep p lower");
  }
});
