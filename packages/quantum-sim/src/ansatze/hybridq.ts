import { rotationLayers } from "./rotation-layers.ts";

/** Layers of RX, RY, RZ on each qubit and a CNOT chain; the paper takes six layers on ten qubits. */
export const hybridq = /* @__PURE__ */ rotationLayers({
  name: "hybridq",
  source: "HybridQ: hybrid classical-quantum GAN for skin images, quantum sub-generators",
  rotations: ["RX", "RY", "RZ"],
  entangler: "CNOT",
  embedding: "angle-ry",
  measure: "Z",
});
