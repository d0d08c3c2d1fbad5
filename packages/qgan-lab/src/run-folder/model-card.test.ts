import { expect, it } from "vitest";
import { formatModelCard, RESEARCH_ONLY } from "./model-card.ts";

it("says what it is for, where it comes from and how good it is", () => {
  const card = formatModelCard({
    title: "HybridQ, mel",
    kind: "generated images",
    provenance: { model: "hybridq", "checkpoint (sha256)": "abc", seeds: "0-499 | all" },
    scores: { "FID, tap 768, 200 images": "0.91" },
    fromPhantoms: false,
  });
  expect(card).toContain(RESEARCH_ONLY);
  expect(card).toContain("they show no patient");
  expect(card).toContain("| seeds | 0-499 \\| all |");
  expect(card).toContain("| FID, tap 768, 200 images | 0.91 |");
  expect(card).toContain("licence of the training images");
});

it("names phantoms as such, and what was not measured", () => {
  const card = formatModelCard({ title: "x", kind: "generator", provenance: {}, fromPhantoms: true });
  expect(card).toContain("phantoms");
  expect(card).toContain("Not measured yet");
});
