import type { Soak } from "./soak.ts";

/** Add a soak here: one import, one entry. */
export const soaks: readonly Soak[] = [];
