import { expect, it } from "vitest";
import { referenceMetric, standardName } from "./reference-metrics.ts";

it("knows the reference's names, and the same with another number of images", () => {
  expect(referenceMetric("fid50k_full", "x")).toMatchObject({ kind: "fid", numGenerated: 50_000, isLegacy: false });
  expect(referenceMetric("fid50k", "x")).toMatchObject({ isLegacy: true, maxReal: 50_000 });
  expect(referenceMetric("pr0.5k3_full", "x")).toMatchObject({
    kind: "pr",
    numGenerated: 500,
    results: ["pr0.5k3_full_precision", "pr0.5k3_full_recall"],
  });
  expect(referenceMetric("is2k", "x").results).toEqual(["is2k_mean", "is2k_std"]);
  expect(referenceMetric("ppl2_wend", "x").path).toMatchObject({ space: "w", sampling: "end" });
  expect(["kid5k_full", "pr1k3", "ppl_zfull"].map(standardName)).toEqual(["kid50k_full", "pr50k3", "ppl_zfull"]);
});

it.each(["fid50k_ful", "fid", "pr50k_full", "is50k_full", "fid0.001k_full"])("%s is refused", (name) => {
  expect(() => referenceMetric(name, "x")).toThrow(/no metric|at least 2/);
});
