import type { GoldenKind } from "../golden-kind.ts";
import { adaController } from "./ada-controller.ts";
import { augmentFilters } from "./augment-filters.ts";
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
import { quantumNoise, quantumReadout } from "./quantum-noise.ts";
import { quantumPostSelection } from "./quantum-post-selection.ts";
import { quantumTemplates } from "./quantum-templates.ts";
import { realImages } from "./real.ts";
import { resize } from "./resize.ts";
import { resnet50 } from "./resnet50.ts";
import { stylegan2BiasAct } from "./stylegan2-bias-act.ts";
import { stylegan2Conv2dResample, stylegan2ModulatedConv2d, stylegan2SmallOps } from "./stylegan2-convolutions.ts";
import { stylegan2Losses } from "./stylegan2-losses.ts";
import { stylegan2Networks } from "./stylegan2-networks.ts";
import { stylegan2OptionsAccepted, stylegan2OptionsRejected } from "./stylegan2-options.ts";
import { styleGan2Pickles, styleGan2PicklesRefused } from "./stylegan2-pickles.ts";
import { stylegan2Projector } from "./stylegan2-projector.ts";
import { stylegan2StateTables } from "./stylegan2-state-tables.ts";
import { stylegan2Trace } from "./stylegan2-trace.ts";
import { stylegan2SetupFilter, stylegan2Upfirdn2d } from "./stylegan2-upfirdn2d.ts";

/** Add a kind here: one import, one entry. */
export const kinds: readonly GoldenKind[] = [
  noCases,
  quantumLayers,
  quantumCircuits,
  quantumTemplates,
  quantumNoise,
  quantumReadout,
  quantumPostSelection,
  quantumUnknown,
  resize,
  metrics,
  inception,
  realImages,
  classification,
  resnet50,
  adaController,
  augmentImages,
  augmentFilters,
  datasetRuns,
  datasetPngStructure,
  optim,
  styleGan2Pickles,
  styleGan2PicklesRefused,
  stylegan2Upfirdn2d,
  stylegan2SetupFilter,
  stylegan2BiasAct,
  stylegan2Conv2dResample,
  stylegan2ModulatedConv2d,
  stylegan2SmallOps,
  stylegan2Networks,
  stylegan2StateTables,
  stylegan2Losses,
  stylegan2Trace,
  stylegan2OptionsAccepted,
  stylegan2OptionsRejected,
  stylegan2Projector,
  ...pendingKinds,
];
