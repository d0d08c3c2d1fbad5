import { createRegistry, type Registry } from "repro-kit";
import type { Backbone } from "./backbone.ts";
import { compactCnn } from "./compact-cnn.ts";

/** The backbones by name. A new one is one file and one entry here. */
export const backbones: Registry<Backbone> = /* @__PURE__ */ createRegistry("backbone", [compactCnn()]);
