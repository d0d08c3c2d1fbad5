import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { identityBlocks, simplifiedTwoDesign } from "./ansatze/index.ts";
import { barrenPlateauProbe } from "./barren-plateau-probe.ts";

const rng = createRng(7);

test("a deep 2-design's gradients vanish with width, as 2^−n", () => {
  const points = barrenPlateauProbe({
    ansatz: "simplified-two-design",
    numQubits: [2, 4, 6, 8],
    numLayers: [40],
    rng,
    samples: 200,
  });
  const falls = points.slice(1).map(({ variance }, i) => variance / points[i].variance);
  // Two qubits more: a quarter, within the error of 200 samples and what two or four qubits are off the law of many.
  for (const fall of falls) {
    expect(fall).toBeGreaterThan(0.15);
    expect(fall).toBeLessThan(0.4);
  }
  const last = points[3];
  expect(last.largestVariance).toBeLessThan(0.02);
  expect(last.variances).toHaveLength(8 + 2 * 40 * 7);
  // The mean slope is zero: within five standard errors.
  for (const [k, mean] of last.means.entries())
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(last.variances[k] / 200) + 1e-12);
});

test("a local observable of a shallow circuit keeps them; a global one does not", () => {
  const shallow = { ansatz: "simplified-two-design", numQubits: [4, 8, 10], numLayers: [1], rng, samples: 200 };
  const local = barrenPlateauProbe({ ...shallow, observable: () => "Z0" });
  for (const { largestVariance } of local) {
    expect(largestVariance).toBeGreaterThan(0.6 * local[0].largestVariance);
    expect(largestVariance).toBeLessThan(1.6 * local[0].largestVariance);
  }
  const word = (n: number) => Array.from({ length: n }, (_, q) => `Z${q}`).join(" ");
  const global = barrenPlateauProbe({ ...shallow, observable: word });
  expect(global[2].largestVariance).toBeLessThan(0.2 * global[0].largestVariance);
});

test("identity blocks begin with gradients where the deep circuit has none", () => {
  // Features turn |0…0⟩ first: it is an eigenstate of Z, where slopes are zero.
  const size = { numQubits: [8], numLayers: [20], rng, samples: 20, embedding: "angle-ry" };
  const [blocks] = barrenPlateauProbe({ ...size, ansatz: identityBlocks(simplifiedTwoDesign), initialiser: "identity-blocks" });
  const [deep] = barrenPlateauProbe({ ...size, ansatz: simplifiedTwoDesign });
  expect(blocks.largestVariance).toBeGreaterThan(10 * deep.largestVariance);
});

test("seeded, by size; refuses what it cannot do", () => {
  const options = { ansatz: "mosaiq", numLayers: [2], rng: createRng(1), samples: 3 };
  const [alone] = barrenPlateauProbe({ ...options, numQubits: [3] });
  const both = barrenPlateauProbe({ ...options, numQubits: [2, 3] });
  expect(both[1]).toEqual(alone);
  expect(() => barrenPlateauProbe({ ...options, numQubits: [3], samples: 1 })).toThrow("samples must be an integer ≥ 2; got 1.");
  expect(() => barrenPlateauProbe({ ...options, numQubits: [] })).toThrow("numQubits must list at least one size");
  expect(() => barrenPlateauProbe({ ...options, ansatz: "tree-tensor-network", numQubits: [1] })).toThrow(
    "has no weights at 1 qubits",
  );
});
