import type { GoldenKind } from "../golden-kind.ts";
import { adaController } from "./ada-controller.ts";
import { augmentImages } from "./augment-images.ts";
import { classification } from "./classification.ts";
import { datasetPngStructure, datasetRuns } from "./dataset.ts";
import { inception } from "./inception.ts";
import { metrics } from "./metrics.ts";
import { noCases } from "./no-cases.ts";
import { optim } from "./optim.ts";
import { pendingKinds } from "./pending.ts";
import { quantumUnknown } from "./quantum-case.ts";
import { quantumCircuits } from "./quantum-circuits.ts";
import { quantumLayers } from "./quantum-layers.ts";
import { quantumNoise, quantumPostSelection } from "./quantum-pending.ts";
import { quantumTemplates } from "./quantum-templates.ts";
import { realImages } from "./real.ts";
import { resize } from "./resize.ts";

/** Add a kind here: one import, one entry. */
export const kinds: readonly GoldenKind[] = [
  noCases,
  quantumLayers,
  quantumCircuits,
  quantumTemplates,
  quantumNoise,
  quantumPostSelection,
  quantumUnknown,
  resize,
  metrics,
  inception,
  realImages,
  classification,
  adaController,
  augmentImages,
  datasetRuns,
  datasetPngStructure,
  optim,
  ...pendingKinds,
];
