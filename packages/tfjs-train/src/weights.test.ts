import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { disposeParams } from "./params.ts";
import { ready } from "./ready.ts";
import type { WeightFile } from "./weight-file.ts";
import { weightOf } from "./weight-file.ts";
import { paramsFromWeights, type WeightLayout, weightsFromParams } from "./weights.ts";

beforeAll(() => ready({ backend: "cpu" }).then(() => {}));

const range = (n: number) => Float32Array.from({ length: n }, (_, i) => i);
const file: WeightFile = {
  tensors: {
    conv: { dtype: "F32", shape: [5, 2, 3, 4], data: range(120) },
    dense: { dtype: "F64", shape: [2, 3], data: Float64Array.from(range(6)) },
    table: { dtype: "F32", shape: [2, 3], data: range(6) },
    steps: { dtype: "I64", shape: [], data: BigInt64Array.of(7n) },
  },
  metadata: {},
};

test("torch layouts are turned at the border and back; what is kept stays", async () => {
  const keep = (name: string) => name === "table";
  const params = paramsFromWeights(file, { keep });
  expect(params.conv.shape).toEqual([3, 4, 2, 5]);
  const [conv] = [params.conv.bufferSync()];
  expect(conv.get(2, 1, 0, 3)).toBe(((3 * 2 + 0) * 3 + 2) * 4 + 1); // torch [3, 0, 2, 1]
  expect([...params.dense.dataSync()]).toEqual([0, 3, 1, 4, 2, 5]);
  expect([...params.table.dataSync()]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(params.steps.dtype).toBe("int32");
  const back = await weightsFromParams(params, { keep });
  expect(back.conv).toEqual(file.tensors.conv);
  expect(back.dense).toEqual({ dtype: "F32", shape: [2, 3], data: range(6) });
  expect(back.steps).toEqual({ dtype: "I32", shape: [], data: Int32Array.of(7) });
  disposeParams(params);
  const stored = paramsFromWeights(file, { layout: "tfjs" });
  expect(stored.conv.shape).toEqual([5, 2, 3, 4]);
  disposeParams(stored);
  expect(tf.memory().numTensors).toBe(0);
});

test("weights of another model are refused before anything is made, all names at once", () => {
  const params = paramsFromWeights(file);
  disposeParams(paramsFromWeights(file, { expected: params }));
  const { conv, table, ...rest } = params;
  const expected = { ...rest, conv: { shape: [3, 3, 2, 5] }, table, bias: { shape: [5] } };
  const before = tf.memory().numTensors;
  const given: WeightFile = { ...file, tensors: { ...file.tensors, extra: file.tensors.table } };
  expect(() => paramsFromWeights(given, { expected, keep: (name) => name === "table" })).toThrow(
    "[paramsFromWeights] the state dict does not fit: 1 missing (bias [5]); 1 surplus (extra [3, 2]); " +
      "2 of another shape (conv [3, 4, 2, 5] for [3, 3, 2, 5], table [2, 3] for [3, 2]).",
  );
  expect(tf.memory().numTensors).toBe(before);
  disposeParams(params);
});

test("mistakes are named", () => {
  const big: WeightFile = { tensors: { n: { dtype: "I64", shape: [1], data: BigInt64Array.of(2n ** 40n) } }, metadata: {} };
  expect(() => paramsFromWeights(big)).toThrow('"n" holds 1099511627776, which does not fit into 32 bits');
  expect(() => paramsFromWeights({ ...file, tensors: { ...file.tensors, ...big.tensors } })).toThrow("32 bits");
  expect(tf.memory().numTensors, "what was made before is gone").toBe(0);
  expect(() => paramsFromWeights(file, { layout: "onnx" } as unknown as WeightLayout)).toThrow(
    'layout must be "torch" or "tfjs"',
  );
  expect(() => weightOf(file, "conf")).toThrow('no tensor named "conf" among 4: conv, dense, table, steps');
  expect(weightOf(file, "conv").shape).toEqual([5, 2, 3, 4]);
});
