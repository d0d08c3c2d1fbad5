import { createRegistry, type Registry } from "repro-kit";
import type { Backbone } from "./backbone.ts";
import { compactCnn } from "./compact-cnn.ts";
import { efficientnetB0 } from "./efficientnet-b0.ts";
import { mobilenetV2, mobilenetV2Tensorflow } from "./mobilenet-v2.ts";
import { resnet18, resnet34, resnet50 } from "./resnet.ts";

/** The backbones by name. A new one is one file and one entry here. */
export const backbones: Registry<Backbone> = /* @__PURE__ */ createRegistry("backbone", [
  compactCnn(),
  resnet18,
  resnet34,
  resnet50,
  mobilenetV2,
  mobilenetV2Tensorflow,
  efficientnetB0,
]);
