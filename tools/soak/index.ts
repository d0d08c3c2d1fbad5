import { augmentLeaks } from "./augment-leaks.ts";
import { augmentSheet } from "./augment-sheet.ts";
import { classifierMix } from "./classifier-mix.ts";
import { classifierSkin } from "./classifier-skin.ts";
import { zipKills, zipMemory, zipMutations } from "./dataset-zip.ts";
import { hybridqComparison, hybridqReadings } from "./hybridq-comparison.ts";
import { layerLeaks } from "./layer-leaks.ts";
import { memorisationAudit } from "./memorisation-audit.ts";
import type { Soak } from "./soak.ts";
import { stylegan2Hour } from "./stylegan2/hour.ts";
import { stylegan2Kills } from "./stylegan2/kills.ts";
import { stylegan2ProjectionKills } from "./stylegan2/projection-kills.ts";
import { stylegan2Resume } from "./stylegan2/resume.ts";
import { trainerMemory } from "./trainer-memory.ts";
import { weightMutations } from "./weight-mutations.ts";

/** Add a soak here: one import, one entry. */
export const soaks: readonly Soak[] = [
  hybridqComparison,
  hybridqReadings,
  zipKills,
  zipMutations,
  zipMemory,
  weightMutations,
  layerLeaks,
  trainerMemory,
  augmentLeaks,
  augmentSheet,
  stylegan2Hour,
  stylegan2Kills,
  stylegan2ProjectionKills,
  stylegan2Resume,
  memorisationAudit,
  classifierSkin,
  classifierMix,
];
