import { rotationLayers } from "./rotation-layers.ts";

/** Layers of RY on each qubit and a CZ chain, inputs by RY then RX, ⟨X⟩ measured; the paper takes six layers on five qubits. */
export const mosaiq = /* @__PURE__ */ rotationLayers({
  name: "mosaiq",
  source:
    "Silver et al. 2023, MosaiQ: Quantum Generative Adversarial Networks for Image Generation on NISQ Computers, arXiv:2308.11096",
  rotations: ["RY"],
  entangler: "CZ",
  embedding: "angle-ry-rx",
  measure: "X",
});
