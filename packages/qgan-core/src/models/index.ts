import { createRegistry, type Registry } from "repro-kit";
import { dcgan } from "./dcgan/dcgan.ts";
import type { GanModelKind } from "./gan-model.ts";
import { hybridq, hybridqClassical } from "./hybridq/hybridq.ts";
import { stylegan2 } from "./stylegan2/stylegan2.ts";

/** Add a model here: one import, one entry. Its contract test then runs by itself. */
export const models: Registry<GanModelKind> = /* @__PURE__ */ createRegistry<GanModelKind>("model", [
  hybridq,
  dcgan,
  hybridqClassical,
  stylegan2,
]);
