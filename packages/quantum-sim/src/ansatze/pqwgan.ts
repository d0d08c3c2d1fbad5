import { rotationLayers } from "./rotation-layers.ts";

/**
 * One patch generator of PQWGAN: inputs by RY, then layers of Rot on each qubit and a CNOT chain. Its first qubits are the ancillas, to be
 * post-selected on 0; the probabilities of the others, divided by the largest, are the pixels of the patch.
 */
export const pqwgan = /* @__PURE__ */ rotationLayers({
  name: "pqwgan",
  source:
    "Tsang et al. 2023, Hybrid quantum-classical generative adversarial network for high resolution image generation, arXiv:2212.11614",
  rotations: ["RZ", "RY", "RZ"],
  entangler: "CNOT",
  embedding: "angle-ry",
  measure: "Z",
});
