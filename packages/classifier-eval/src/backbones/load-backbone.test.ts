import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, type Params, prefixParams, ready, weightsFromParams } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import type { Backbone } from "./backbone.ts";
import { compactCnn } from "./compact-cnn.ts";
import { backbones } from "./index.ts";
import { loadBackbone } from "./load-backbone.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const fileOf = async (params: Params) => ({ tensors: await weightsFromParams(params), metadata: {} });
/** Names and shapes without values: a backbone's file of zeros. */
const zerosOf = async (backbone: Backbone) => {
  const params = backbone.init(createRng(0), { channels: 3 });
  const file = await fileOf(params);
  disposeParams(params);
  return file;
};
const compact = backbones.resolve("compact-cnn");
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

/** Names that torchvision's state dicts of residual networks have, some of hundreds. */
const RESIDUAL = {
  resnet18: ["layer1.1.conv2", "layer4.1.conv1"],
  resnet34: ["layer1.2.conv2", "layer3.5.conv1", "layer4.1.conv1"],
  resnet50: ["layer1.0.conv3", "layer3.5.conv1", "layer4.1.conv1"],
} as const;

test("weights of another backbone are told by its name, in a sentence", async () => {
  const before = tf.memory().numTensors;
  const files = [
    ...["mobilenet-v2", "mobilenet-v2-tensorflow", "efficientnet-b0"].map(
      async (name) => [name, (await zerosOf(backbones.resolve(name))).tensors] as const,
    ),
    ...Object.entries(RESIDUAL).map(async ([name, layers]) => {
      const filter = { dtype: "F32", shape: [1, 1, 1, 1], data: new Float32Array(1) } as const;
      return [name, Object.fromEntries(["conv1", ...layers].map((layer) => [`${layer}.weight`, filter]))] as const;
    }),
  ];
  for (const [name, tensors] of await Promise.all(files)) {
    expect(messageOf(() => loadBackbone(compact, { tensors, metadata: {} }))).toBe(
      `[loadBackbone: compact-cnn] these are weights of ${name}. Choose the backbone ${name}, or give weights of compact-cnn.`,
    );
    const own = { ...compactCnn({ widths: [4] }), name: "my-network" };
    expect(messageOf(() => loadBackbone(own, { tensors, metadata: {} }))).toMatch(/does not fit/);
  }
  expect(messageOf(() => loadBackbone(backbones.resolve("resnet18"), { tensors: {}, metadata: {} }))).toMatch(/no convolution/);
  const own = await zerosOf(compact);
  expect(messageOf(() => loadBackbone(backbones.resolve("resnet18"), own))).toMatch(/these are weights of compact-cnn\./);
  expect(tf.memory().numTensors).toBe(before);
});

test("of what does not fit a few names are told, and how many there are", async () => {
  const { tensors } = await zerosOf(compact);
  const { "blocks.1.bn.weight": _, ...missing } = tensors;
  expect(messageOf(() => loadBackbone(compact, { tensors: missing, metadata: {} }))).toMatch(
    /does not fit: 1 missing \(blocks\.1\.bn\.weight \[64\]\)\./,
  );
  const stranger = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`trunk.${name}`, tensor]));
  const message = messageOf(() => loadBackbone(compact, { tensors: stranger, metadata: {} }));
  expect(message).toContain("20 missing (blocks.0.conv.weight [3, 3, 3, 32], ");
  expect(message).toContain(" and 16 more); 20 surplus (trunk.blocks.0.");
  expect(message.length).toBeLessThan(700);
});

test.each([
  ["state_dict"],
  ["model_state_dict"],
  ["model"],
  ["module"],
  ["state_dict.model"],
  ["state_dict.module"],
  ["state_dict.backbone"],
])("weights under %s are found; what a checkpoint holds beside them is left out", async (prefix) => {
  const { tensors } = await zerosOf(compact);
  const wrapped = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
  const head = { [`${prefix}.fc.weight`]: { dtype: "F32", shape: [2, 128], data: new Float32Array(256) } as const };
  const beside = { "optimizer.state.0.exp_avg": { dtype: "F32", shape: [1], data: new Float32Array(1) } as const };
  const isCheckpoint = !prefix.startsWith("module");
  const file = { tensors: { ...wrapped, ...head, ...(isCheckpoint ? beside : {}) }, metadata: {} };
  const { params, leftOut } = loadBackbone(compact, file);
  const plain = loadBackbone(compact, { tensors, metadata: {} });
  expect(Object.keys(params).sort()).toEqual(Object.keys(plain.params).sort());
  expect(leftOut).toEqual(["fc.weight"]);
  disposeParams(params, plain.params);
});

test("a backbone's own weights under its name still load", async () => {
  const params = compact.init(createRng(0), { channels: 1 });
  const loaded = loadBackbone(compact, await fileOf(prefixParams(params, "backbone")));
  expect(loaded.channels).toBe(1);
  disposeParams(params, loaded.params);
});
