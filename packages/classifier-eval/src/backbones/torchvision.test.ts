import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { type Params, ready, valueAndGradsAux } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { isStatistic } from "./backbone.ts";
import { efficientnetB0 } from "./efficientnet-b0.ts";
import { mobilenetV2 } from "./mobilenet-v2.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

type Reference = { readonly train: readonly number[]; readonly gradientNorms: Readonly<Record<string, number>> };
const references: Record<string, Reference> = JSON.parse(
  readFileSync(join(import.meta.dirname, "__fixtures__/torchvision.json"), "utf8"),
);
/** float32 against float64 through some fifty batch norms over few values. */
const FEATURES = 2e-4;
const GRADIENTS = 1e-2;

test.each([mobilenetV2, efficientnetB0])("$name: features in training and gradients are torchvision's", (backbone) => {
  const reference = references[backbone.name];
  const all = backbone.init(createRng(1), { channels: 3 });
  const pick = (wanted: boolean): Params =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isStatistic(name) === wanted));
  const statistics = pick(true);
  const images = tf.tensor4d(createRng(2).fillUniform(new Float32Array(2 * 33 * 40 * 3), -1, 1), [2, 33, 40, 3]);
  const { grads, aux } = valueAndGradsAux((params) => {
    const { features } = backbone.features({ ...params, ...statistics }, images, { training: true });
    return { loss: tf.sum(tf.mul(features, tf.linspace(-1, 1, 1280))) as tf.Scalar, aux: { features } }; // a sum over all axes
  })(pick(false));
  const features = aux.features.dataSync();
  reference.train.forEach((value, i) => {
    expect(Math.abs(features[i * 160] - value), `feature ${i * 160}`).toBeLessThan(FEATURES);
  });
  for (const [name, norm] of Object.entries(reference.gradientNorms))
    expect(Math.abs(tf.norm(grads[name]).dataSync()[0] / norm - 1), name).toBeLessThan(GRADIENTS);
});
