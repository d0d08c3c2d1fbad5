import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, readSafetensors, ready, type StyleGanSnapshot } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { createModel } from "../create-model.ts";
import { initParams } from "../parameter-spec.ts";
import { networkStateDict, transferFromSnapshot, writeNetworkSnapshot } from "./snapshots.ts";

beforeAll(() => ready({ backend: "cpu" }));

const model = createModel("stylegan2", { preset: "tiny", options: { labelSize: 2 } });

test("a network leaves with the reference's names, PyTorch's shapes, and comes back the same", async () => {
  const params = initParams(model.parameters, createRng(0));
  const { tensors } = readSafetensors(await writeNetworkSnapshot(params, "G"));
  expect(tensors["synthesis.b8.conv0.weight"].shape).toEqual([4, 4, 3, 3]);
  expect(tensors["synthesis.b8.torgb.weight"].shape).toEqual([3, 4, 1, 1]);
  expect(tensors["mapping.fc0.weight"].shape).toEqual([4, 8]);
  expect(tensors["synthesis.b4.const"].shape).toEqual([4, 4, 4]);
  expect(tensors["synthesis.b8.conv1.noise_const"].data).toEqual(params["G.synthesis.b8.conv1.noise_const"].dataSync());
  expect(Object.keys(tensors)).toHaveLength(model.generator.parameters.length);
  disposeParams(params);
});

test("a model takes what has its names and shapes, and says what it does not", async () => {
  const params = initParams(model.parameters, createRng(1));
  const network = async (name: "G" | "D") => ({
    className: "",
    initArgs: [],
    initKwargs: {},
    attributes: {},
    tensors: await networkStateDict(params, name),
  });
  const snapshot: StyleGanSnapshot = { networks: { G: await network("G"), D: await network("D") }, settings: {} };
  const before = tf.memory().numTensors;
  const same = transferFromSnapshot(model.parameters, snapshot);
  expect(same.left.map(({ name }) => name)).toEqual(["loss.pl_mean"]);
  for (const name of same.taken) expect(same.params[name].dataSync()).toEqual(params[name].dataSync());
  expect(Object.keys(same.ema)).toHaveLength(model.generator.parameters.length);
  const grey = createModel("stylegan2", { preset: "tiny", options: { channels: 1 } });
  const other = transferFromSnapshot(grey.parameters, snapshot);
  expect(other.left).toContainEqual({
    name: "G.synthesis.b8.torgb.weight",
    reason: "[1, 1, 4, 3] in the snapshot, [1, 1, 4, 1] here",
  });
  expect(other.taken).toContain("D.b4.conv.weight");
  disposeParams(same.params, same.ema, other.params, other.ema);
  expect(tf.memory().numTensors).toBe(before);
  disposeParams(params);
});
