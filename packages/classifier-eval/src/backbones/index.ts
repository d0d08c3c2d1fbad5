import { createRegistry, type Registry } from "repro-kit";
import type { Backbone } from "./backbone.ts";
import { compactCnn } from "./compact-cnn.ts";
import { resnet18, resnet34, resnet50 } from "./resnet.ts";

/** The backbones by name. A new one is one file and one entry here. */
export const backbones: Registry<Backbone> = /* @__PURE__ */ createRegistry("backbone", [
  compactCnn(),
  resnet18,
  resnet34,
  resnet50,
]);
