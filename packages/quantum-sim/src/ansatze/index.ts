import { createRegistry, type Registry } from "repro-kit";
import type { Ansatz } from "../ansatz.ts";
import { basicEntanglerLayers, basicEntanglerWith } from "./basic-entangler-layers.ts";
import { hybridq } from "./hybridq.ts";
import { mosaiq } from "./mosaiq.ts";
import { type RotationLayersOptions, rotationLayers } from "./rotation-layers.ts";
import { stronglyEntanglingLayers, stronglyEntanglingWith } from "./strongly-entangling-layers.ts";

export {
  basicEntanglerLayers,
  basicEntanglerWith,
  hybridq,
  mosaiq,
  type RotationLayersOptions,
  rotationLayers,
  stronglyEntanglingLayers,
  stronglyEntanglingWith,
};

/** Add an ansatz here: one import, one entry. Its contract test then runs by itself. */
export const ansatze: Registry<Ansatz> = /* @__PURE__ */ createRegistry<Ansatz>("ansatz", [
  hybridq,
  mosaiq,
  stronglyEntanglingLayers,
  basicEntanglerLayers,
]);
