import type { GoldenKind } from "../golden-kind.ts";
import { noCases } from "./no-cases.ts";
import { pendingKinds } from "./pending.ts";

/** Add a kind here: one import, one entry. */
export const kinds: readonly GoldenKind[] = [noCases, ...pendingKinds];
