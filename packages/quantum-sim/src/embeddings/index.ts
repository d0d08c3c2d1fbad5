import { createRegistry, type Registry } from "repro-kit";
import type { Embedding } from "../embedding.ts";
import { type AmplitudeEmbeddingOptions, amplitudeEmbedding } from "./amplitude.ts";
import { angleEmbedding, type RotationName } from "./angle.ts";
import { basisEmbedding } from "./basis.ts";
import { type IqpEmbeddingOptions, iqpEmbedding } from "./iqp.ts";
import { noEmbedding } from "./none.ts";
import { type QaoaEmbeddingOptions, qaoaEmbedding } from "./qaoa.ts";

export {
  type AmplitudeEmbeddingOptions,
  amplitudeEmbedding,
  angleEmbedding,
  basisEmbedding,
  type IqpEmbeddingOptions,
  iqpEmbedding,
  noEmbedding,
  type QaoaEmbeddingOptions,
  qaoaEmbedding,
  type RotationName,
};

/** Add an embedding here: one import, one entry. Its contract test then runs by itself. */
export const embeddings: Registry<Embedding> = /* @__PURE__ */ createRegistry<Embedding>("embedding", [
  noEmbedding,
  /* @__PURE__ */ angleEmbedding(["RX"]),
  /* @__PURE__ */ angleEmbedding(["RY"]),
  /* @__PURE__ */ angleEmbedding(["RZ"]),
  /* @__PURE__ */ angleEmbedding(["RX", "RY"]),
  /* @__PURE__ */ angleEmbedding(["RY", "RX"]),
  /* @__PURE__ */ angleEmbedding(["RY", "RZ"]),
  /* @__PURE__ */ amplitudeEmbedding(),
  basisEmbedding,
  /* @__PURE__ */ iqpEmbedding(),
  /* @__PURE__ */ qaoaEmbedding(),
]);
