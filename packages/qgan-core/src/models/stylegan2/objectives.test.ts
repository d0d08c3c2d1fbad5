import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, type Params, ready, valueAndGrads } from "tfjs-train";
import { describe, expect, test } from "vitest";
import { initParams } from "../parameter-spec.ts";
import { createDiscriminator } from "./discriminator.ts";
import { createStyleGan2Network } from "./generator.ts";
import { gradientPenalty, pathLengthPenalty, pathLengths } from "./objectives.ts";

const shape = { imageSize: 8, channels: 3, labelSize: 0, channelBase: 48, channelMax: 6 };
const discriminator = createDiscriminator({
  ...shape,
  architecture: "resnet",
  mappingLayers: 2,
  minibatchDeviation: { groupSize: 2, numChannels: 1 },
});
const generator = createStyleGan2Network({ ...shape, architecture: "skip", latentSize: 4, styleSize: 4, mappingLayers: 2 });

/**
 * Central differences over 2·1e-2 along a direction of unit norm in float32: rounding of the penalty is about 1e-6 of it, so 1e-4 of
 * the slope, and the third derivative adds the square of the step. Leaky ReLU's kinks are what is left.
 */
const STEP = 1e-2;
const TOLERANCE = 2e-2;

/** The slope of a loss along a direction, by differences and by its gradient. */
function slopes(loss: (params: Params) => tf.Scalar, params: Params, names: readonly string[], seed: number) {
  const rng = createRng(seed);
  const direction = Object.fromEntries(
    names.map((name) => [name, rng.fork(name).fillNormal(new Float32Array(params[name].size))] as const),
  );
  const norm = Math.sqrt(Object.values(direction).reduce((sum, values) => sum + values.reduce((a, b) => a + b * b, 0), 0));
  const moved = (t: number): Params => ({
    ...params,
    ...Object.fromEntries(
      names.map((name) => [
        name,
        tf.add(
          params[name],
          tf.tensor(
            direction[name].map((v) => (v * t) / norm),
            params[name].shape,
          ),
        ),
      ]),
    ),
  });
  return tf.tidy(() => {
    const difference = (loss(moved(STEP)).dataSync()[0] - loss(moved(-STEP)).dataSync()[0]) / (2 * STEP);
    const own = Object.fromEntries(names.map((name) => [name, params[name]]));
    const { grads } = valueAndGrads((variables) => loss({ ...params, ...variables }))(own);
    const slope = names.reduce((sum, name) => {
      const values = grads[name].dataSync();
      return sum + direction[name].reduce((a, v, i) => a + (v / norm) * values[i], 0);
    }, 0);
    return { difference, slope };
  });
}

describe.each(["cpu", "wasm"] as const)("second derivatives on %s", (backend) => {
  test("the gradient penalty's gradient is that of differences", async () => {
    await ready({ backend });
    const params = initParams(discriminator.parameters, createRng(1));
    const images = tf.tensor4d(createRng(2).fillNormal(new Float32Array(4 * 8 * 8 * 3)), [4, 8, 8, 3]);
    const names = discriminator.parameters.filter(({ isTrainable }) => isTrainable).map(({ name }) => name);
    const loss = (all: Params) =>
      tf.mean(gradientPenalty(discriminator, all, { real: { images, labels: null }, augment: (x) => x }).penalties) as tf.Scalar; // a mean
    for (const seed of [3, 4, 5]) {
      const { difference, slope } = slopes(loss, params, names, seed);
      expect(Math.abs(slope)).toBeGreaterThan(1e-4);
      expect(Math.abs(difference - slope)).toBeLessThan(TOLERANCE * Math.abs(slope) + 1e-5);
    }
    disposeParams(params, { images });
  });

  test("the path lengths' gradient is that of differences", async () => {
    await ready({ backend });
    const params = initParams(generator.parameters, createRng(1));
    const latents = tf.tensor2d(createRng(5).fillNormal(new Float32Array(3 * 4)), [3, 4]);
    const noise = tf.tensor4d(createRng(6).fillNormal(new Float32Array(3 * 8 * 8 * 3), 0, 1 / 8), [3, 8, 8, 3]);
    // A path length jumps where a leaky ReLU before it changes sides; the layers to pixels come after all of them.
    const names = generator.parameters
      .filter(({ name, isTrainable }) => isTrainable && /\.torgb\./.test(name))
      .map(({ name }) => name);
    const loss = (all: Params) => {
      const { lengths } = pathLengths(generator, all, { draws: { latents, labels: null, noise: "const" }, noise });
      return tf.mean(pathLengthPenalty(lengths, { mean: tf.scalar(0.3), decay: 0.01 }).penalties) as tf.Scalar; // a mean
    };
    for (const seed of [7, 8, 9]) {
      const { difference, slope } = slopes(loss, params, names, seed);
      expect(Math.abs(slope)).toBeGreaterThan(1e-4);
      expect(Math.abs(difference - slope)).toBeLessThan(TOLERANCE * Math.abs(slope) + 1e-5);
    }
    disposeParams(params, { latents, noise });
  });
});
