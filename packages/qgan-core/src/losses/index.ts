import { createRegistry, type Registry } from "repro-kit";
import type { AdversarialLoss } from "./adversarial-loss.ts";
import { logistic } from "./logistic.ts";

export type { AdversarialLoss } from "./adversarial-loss.ts";
export { logistic } from "./logistic.ts";
/** Add a loss here: one import, one entry. */
export const losses: Registry<AdversarialLoss> = /* @__PURE__ */ createRegistry<AdversarialLoss>("loss", [logistic]);
