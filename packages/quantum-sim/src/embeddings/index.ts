import { createRegistry, type Registry } from "repro-kit";
import type { Embedding } from "../embedding.ts";
import { angleEmbedding, type RotationName } from "./angle.ts";
import { noEmbedding } from "./none.ts";

export { angleEmbedding, noEmbedding, type RotationName };

/** Add an embedding here: one import, one entry. Its contract test then runs by itself. */
export const embeddings: Registry<Embedding> = /* @__PURE__ */ createRegistry<Embedding>("embedding", [
  noEmbedding,
  /* @__PURE__ */ angleEmbedding(["RX"]),
  /* @__PURE__ */ angleEmbedding(["RY"]),
  /* @__PURE__ */ angleEmbedding(["RZ"]),
  /* @__PURE__ */ angleEmbedding(["RX", "RY"]),
  /* @__PURE__ */ angleEmbedding(["RY", "RX"]),
  /* @__PURE__ */ angleEmbedding(["RY", "RZ"]),
]);
