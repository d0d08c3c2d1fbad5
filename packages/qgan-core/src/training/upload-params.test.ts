import * as tf from "@tensorflow/tfjs-core";
import { adam, disposeParams, type Params, ready, weightsFromParams } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import type { HostTensors } from "./trainer-state.ts";
import { joinStates, restoreStates, shapesOf, uploadParams } from "./upload-params.ts";

beforeAll(() => ready({ backend: "cpu" }).then(() => {}));

const tensor = (...shape: number[]) => ({ dtype: "F32" as const, shape, data: new Float32Array(tf.util.sizeFromShape(shape)) });

test("tensors that do not fit are told, all of them", () => {
  const expected = shapesOf([
    { name: "a", shape: [2, 3] },
    { name: "b", shape: [4] },
    { name: "c", shape: [] },
  ]);
  const given: HostTensors = { a: tensor(3, 2), d: tensor(1), c: tensor() };
  expect(() => uploadParams(given, expected, "the moving average")).toThrow(
    "[checkpoint] the moving average does not fit: 1 missing (b [4]); 1 surplus (d [1]); 1 of another shape (a [3, 2] for [2, 3]). Resume with",
  );
  const params = uploadParams({ a: tensor(2, 3), b: tensor(4), c: tensor() }, expected, "the moving average");
  expect(params.a.shape).toEqual([2, 3]);
  disposeParams(params);
});

test("optimiser states come back by group, and a lost one is named", async () => {
  const before = tf.memory().numTensors;
  const optimizer = adam({ learningRate: 0.1 });
  const params: Params = { "g.w": tf.ones([2]), "d.w": tf.ones([3]) };
  const fresh = () => ({ g: optimizer.init({ "g.w": params["g.w"] }), d: optimizer.init({ "d.w": params["d.w"] }) });
  const states = fresh();
  const saved = await weightsFromParams(joinStates(states), { layout: "tfjs" });
  const restored = restoreStates(saved, fresh);
  expect(Object.keys(restored.g)).toEqual(Object.keys(states.g));
  const [lost, ...rest] = Object.keys(saved);
  const torn = Object.fromEntries(rest.map((name) => [name, saved[name]]));
  expect(() => restoreStates(torn, fresh)).toThrow(`the optimisers' state does not fit: 1 missing (${lost} [`);
  disposeParams(params, states.g, states.d, restored.g, restored.d);
  expect(tf.memory().numTensors).toBe(before);
});
