import { augmentLeaks } from "./augment-leaks.ts";
import { zipKills, zipMemory, zipMutations } from "./dataset-zip.ts";
import { hybridqComparison, hybridqReadings } from "./hybridq-comparison.ts";
import { layerLeaks } from "./layer-leaks.ts";
import { memorisationAudit } from "./memorisation-audit.ts";
import type { Soak } from "./soak.ts";
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
  memorisationAudit,
];
