import type { LesionKind } from "../lesion.ts";
import { keratosis } from "./keratosis.ts";
import { melanoma } from "./melanoma.ts";
import { nevus } from "./nevus.ts";

/** The classes that can be drawn. */
export const lesionKinds: readonly LesionKind[] = [nevus, melanoma, keratosis];
