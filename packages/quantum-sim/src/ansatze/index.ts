import { createRegistry, type Registry } from "repro-kit";
import type { Ansatz } from "../ansatz.ts";
import { basicEntanglerLayers, basicEntanglerWith } from "./basic-entangler-layers.ts";
import { brickwork, brickworkWith } from "./brickwork.ts";
import { type DataReuploadingOptions, dataReuploading, dataReuploadingWith } from "./data-reuploading.ts";
import type { EntanglingPattern } from "./entangling-pattern.ts";
import { type HardwareEfficientOptions, hardwareEfficient, hardwareEfficientWith } from "./hardware-efficient.ts";
import { hybridq } from "./hybridq.ts";
import { type IdentityBlocksOptions, identityBlocks } from "./identity-blocks.ts";
import { mosaiq } from "./mosaiq.ts";
import { pqwgan } from "./pqwgan.ts";
import { type RandomLayersOptions, randomLayers } from "./random-layers.ts";
import { type RotationLayersOptions, rotationLayers } from "./rotation-layers.ts";
import { simplifiedTwoDesign } from "./simplified-two-design.ts";
import {
  type StronglyEntanglingOptions,
  stronglyEntanglingLayers,
  stronglyEntanglingWith,
} from "./strongly-entangling-layers.ts";
import { treeTensorNetwork } from "./tree-tensor-network.ts";

export {
  basicEntanglerLayers,
  basicEntanglerWith,
  brickwork,
  brickworkWith,
  type DataReuploadingOptions,
  dataReuploading,
  dataReuploadingWith,
  type EntanglingPattern,
  type HardwareEfficientOptions,
  hardwareEfficient,
  hardwareEfficientWith,
  hybridq,
  type IdentityBlocksOptions,
  identityBlocks,
  mosaiq,
  pqwgan,
  type RandomLayersOptions,
  type RotationLayersOptions,
  randomLayers,
  rotationLayers,
  type StronglyEntanglingOptions,
  simplifiedTwoDesign,
  stronglyEntanglingLayers,
  stronglyEntanglingWith,
  treeTensorNetwork,
};

/** Add an ansatz here: one import, one entry. Its contract test then runs by itself. */
export const ansatze: Registry<Ansatz> = /* @__PURE__ */ createRegistry<Ansatz>("ansatz", [
  hybridq,
  mosaiq,
  pqwgan,
  stronglyEntanglingLayers,
  basicEntanglerLayers,
  simplifiedTwoDesign,
  /* @__PURE__ */ randomLayers(),
  hardwareEfficient,
  brickwork,
  treeTensorNetwork,
  dataReuploading,
]);
