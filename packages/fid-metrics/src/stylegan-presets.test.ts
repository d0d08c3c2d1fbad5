import { expect, test } from "vitest";
import { styleGanPresets } from "./stylegan-presets.ts";

test("every name of the tools once, with results that bear it", () => {
  expect(styleGanPresets.map(({ name }) => name).sort()).toEqual(
    ["fid50k", "fid50k_full", "is50k", "kid50k", "kid50k_full", "ppl2_wend"]
      .concat(["ppl_wend", "ppl_wfull", "ppl_zend", "ppl_zfull", "pr50k3", "pr50k3_full"])
      .sort(),
  );
  for (const { name, results, kind, path, k, subsets, splits, isLegacy } of styleGanPresets) {
    for (const result of results) expect(result.startsWith(name)).toBe(true);
    expect(path !== undefined).toBe(kind === "ppl");
    expect(k !== undefined).toBe(kind === "pr");
    expect(subsets !== undefined).toBe(kind === "kid");
    expect(splits !== undefined).toBe(kind === "is");
    expect(isLegacy).toBe(!/_full$|^ppl2|^is/.test(name));
  }
});
