import { expect, test } from "vitest";
import { type HybridQOptions, resolveHybridQOptions } from "./options.ts";

const resolve = (options: HybridQOptions) => resolveHybridQOptions("hybridq", options);

test("with both discriminators the image's is gentle and comes late", () => {
  expect(resolve({})).toMatchObject({ imageWeight: 1, imageWarmupSteps: 0 });
  expect(resolve({ latentFusion: "both" })).toMatchObject({ imageWeight: 0.003, imageWarmupSteps: 800 });
  expect(resolve({ latentFusion: "both", imageWeight: 0.5 }).imageWeight).toBe(0.5);
});

test.each<[object, string]>([
  [{ latentFuson: "image" }, '[hybridq] unknown option "latentFuson"; did you mean "latentFusion"?'],
  [{ latentFusion: "images" }, 'latentFusion must be one of latent, image, both; got "images".'],
  [{ imageSize: 48 }, "imageSize must be a power of two from 8 to 1024; got 48."],
  [{ channels: 4 }, "channels must be 1 or 3; got 4."],
  [{ numQubits: 0 }, "numQubits must be an integer ≥ 1; got 0."],
  [{ rotations: [] }, "rotations must name at least one of RX, RY, RZ"],
  [{ rotations: ["RW"] }, 'rotations must be one of RX, RY, RZ; got "RW".'],
  [{ entangler: "CY" }, "entangler must be one of CNOT, CZ"],
  [{ measure: "W" }, "measure must be one of X, Y, Z"],
  [{ decoder: "mlp" }, "decoder must be one of dense, convolutional"],
  [{ embedding: "angle-rw" }, 'no embedding named "angle-rw"; did you mean'],
  [{ ansatz: "hybridqq" }, 'no ansatz named "hybridqq"'],
  [{ ansatz: "hybridq", entangler: "CZ" }, "give either ansatz, or rotations and entangler, not both."],
  [{ loss: "wgan" }, 'no loss named "wgan"'],
  [{ quantumLearningRate: -1 }, "quantumLearningRate must be ≥ 0; got -1."],
  [{ noiseBoundRadians: 0 }, "noiseBoundRadians must be above 0; got 0."],
  [{ reconstructionWeight: 0 }, 'reconstructionWeight must be above 0 with latentFusion "latent"'],
  [{ latentDiscriminatorWidths: [0] }, "latentDiscriminatorWidths must be integers ≥ 1; got 0."],
])("%j is refused with one sentence", (options, message) => {
  expect(() => resolve(options)).toThrow(message);
});
