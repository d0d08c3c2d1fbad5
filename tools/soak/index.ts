import { pngMutations, zipKills } from "./dataset-zip.ts";
import { hybridqComparison, hybridqReadings } from "./hybridq-comparison.ts";
import type { Soak } from "./soak.ts";
import { trainerMemory } from "./trainer-memory.ts";
import { weightMutations } from "./weight-mutations.ts";

/** Add a soak here: one import, one entry. */
export const soaks: readonly Soak[] = [
  hybridqComparison,
  hybridqReadings,
  zipKills,
  pngMutations,
  weightMutations,
  trainerMemory,
];
