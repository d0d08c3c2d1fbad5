import { createRegistry, type Registry } from "repro-kit";
import { identityBlockWeights } from "./identity-blocks.ts";
import type { Initialiser } from "./initialiser.ts";
import { type SmallNormalOptions, smallNormalWeights } from "./small-normal.ts";
import { type UniformOptions, uniformWeights } from "./uniform.ts";

export {
  type Initialiser,
  identityBlockWeights,
  type SmallNormalOptions,
  smallNormalWeights,
  type UniformOptions,
  uniformWeights,
};

/** Add an initialiser here: one import, one entry. */
export const initialisers: Registry<Initialiser> = /* @__PURE__ */ createRegistry<Initialiser>("initialiser", [
  /* @__PURE__ */ uniformWeights(),
  /* @__PURE__ */ smallNormalWeights(),
  identityBlockWeights,
]);
