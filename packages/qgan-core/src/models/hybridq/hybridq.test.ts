import * as tf from "@tensorflow/tfjs-core";
import { type Ansatz, RY } from "quantum-sim";
import { createRng } from "repro-kit";
import { disposeParams, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { drawLatents } from "../../sampling/draw-latents.ts";
import { initParams } from "../parameter-spec.ts";
import { createHybridQ, createHybridQClassical } from "./hybridq.ts";
import { hybridQPresets } from "./presets.ts";

beforeAll(() => ready({ backend: "cpu" }));

test("reconstructs images of their shape and leaks nothing", () => {
  const model = createHybridQ(hybridQPresets.tiny.options);
  const params = initParams(model.parameters, createRng(0));
  const images = tf.zeros<tf.Rank.R4>([2, 16, 16, 3]);
  const before = tf.memory().numTensors;
  const again = model.reconstruct(params, images);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(again.shape).toEqual([2, 16, 16, 3]);
  disposeParams(params);
});

test("the noise bound scales the latents", () => {
  const model = createHybridQ(hybridQPresets.tiny.options);
  const params = initParams(model.parameters, createRng(0));
  const latents = tf.tensor2d(drawLatents(model.generator, [5]), [1, 12]);
  expect(params["noise.bound"].dataSync()[0]).toBe(Math.fround(Math.PI));
  const halved = model.generator.apply({ ...params, "noise.bound": tf.scalar(Math.PI / 2) }, latents).dataSync();
  const direct = model.generator.apply(params, tf.div(latents, 2)).dataSync();
  halved.forEach((value, i) => {
    expect(Math.abs(value - direct[i])).toBeLessThan(1e-5); // the same angles up to float32 rounding
  });
});

test("the control has the circuits' shape and no circuit; its options write an ansatz as its name", () => {
  const ansatz: Ansatz = {
    name: "mine",
    source: "this test",
    weightShape: ({ numLayers, numQubits }) => [numLayers, numQubits],
    *operations({ numLayers, numQubits }, { weight }) {
      for (let layer = 0; layer < numLayers; layer++) for (let q = 0; q < numQubits; q++) yield RY.on([q], weight(layer, q));
    },
  };
  const options = { imageSize: 8, numQubits: 3, numSubGenerators: 2, numLayers: 4, ansatz };
  const [quantum, classical] = [createHybridQ(options), createHybridQClassical(options)];
  expect(quantum.circuit?.numWeights).toBe(12);
  expect(classical.circuit).toBeUndefined();
  expect(classical.generator.latentSize).toBe(quantum.generator.latentSize);
  expect(quantum.options.ansatz).toBe("mine");
});
