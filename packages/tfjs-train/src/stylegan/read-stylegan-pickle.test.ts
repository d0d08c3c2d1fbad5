import { UsageError } from "repro-kit";
import { describe, expect, test } from "vitest";
import { nestedStorage, sampleStyleGan } from "../testing/sample-stylegan.ts";
import { legacyFile, sampleTorchZip } from "../testing/sample-torch.ts";
import { type PickleItem, writePickle } from "../testing/write-pickle.ts";
import { readStyleGanPickle } from "./read-stylegan-pickle.ts";

describe.each([2, 4] as const)("protocol %i", (protocol) => {
  test("networks come as constructor arguments, attributes and tensors by name", () => {
    const { networks, settings } = readStyleGanPickle(sampleStyleGan({ protocol }));
    expect(Object.keys(networks)).toEqual(["G_ema"]);
    const { className, initArgs, initKwargs, attributes, tensors } = networks.G_ema;
    expect({ className, initArgs, initKwargs: { ...initKwargs }, attributes: { ...attributes } }).toEqual({
      className: "Generator",
      initArgs: [],
      initKwargs: { z_dim: 2, rate: 0.25 },
      attributes: { z_dim: 2, training: false },
    });
    expect(Object.keys(tensors)).toEqual(["w_avg", "fc0.weight"]);
    expect(tensors["fc0.weight"]).toMatchObject({ dtype: "F32", shape: [2, 3] });
    expect([...(tensors["fc0.weight"].data as Float32Array)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(tensors.w_avg.data as Float32Array)]).toEqual([0.5, -0.5]);
    expect(settings).toMatchObject({ augment_pipe: null, training_set_kwargs: {} });
  });
});

test("a turned view of a storage is gathered", () => {
  const { networks } = readStyleGanPickle(sampleStyleGan({ tensor: { shape: [3, 2], strides: [1, 3] } }));
  expect([...(networks.G_ema.tensors["fc0.weight"].data as Float32Array)]).toEqual([1, 4, 2, 5, 3, 6]);
});

test("names of the prototype stay names", () => {
  const kwargs: PickleItem = new Map<PickleItem, PickleItem>([
    ["__proto__", new Map<PickleItem, PickleItem>([["polluted", true]])],
  ]);
  const { networks } = readStyleGanPickle(sampleStyleGan({ kwargs }));
  expect(Object.keys(networks.G_ema.initKwargs)).toEqual(["__proto__"]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe("what is refused", () => {
  const print: PickleItem = { call: { global: ["builtins", "print"] }, args: ["hello"] };
  const storage = { key: "94", count: 1, bytes: new Uint8Array(4) };
  const cases: [what: string, bytes: Uint8Array, message: string][] = [
    ["a call", writePickle(print, 4), 'asks for "builtins.print", which is not allowed. Only the networks'],
    ["a call in a nested storage", sampleStyleGan({ storage: legacyFile(print, []) }), 'asks for "builtins.print"'],
    ["a nested storage of no storage class", sampleStyleGan({ storage: nestedStorage([1], 1, "nn") }), 'asks for "torch.nn"'],
    [
      "a nested tensor's name",
      sampleStyleGan({ storage: legacyFile({ global: ["torch._utils", "_rebuild_tensor_v2"] }, []) }),
      "asks for",
    ],
    ["a nested count that differs", sampleStyleGan({ storage: nestedStorage([1, 2], 1) }), "another length than the object says"],
    ["a nested object that is none", sampleStyleGan({ storage: legacyFile(7, []) }), "must hold one storage"],
    ["a storage that nobody lists", sampleStyleGan({ storage: legacyFile(7, [storage]) }), "does not fit the object"],
    ["a nested zip", sampleStyleGan({ storage: sampleTorchZip() }), "got a zip"],
    ["nested rubbish", sampleStyleGan({ storage: Uint8Array.of(1, 2, 3) }), "opcode 0x1"],
    [
      "an unknown class",
      sampleStyleGan({ className: "Trojan" }),
      'asks for the class "Trojan", which is not allowed; known: Generator',
    ],
    ["another version", sampleStyleGan({ version: 7 }), "of version 6; got 7"],
    ["another type", sampleStyleGan({ type: "module" }), 'of type "class"; got module'],
    ["a view beyond its storage", sampleStyleGan({ tensor: { shape: [3, 3] } }), "reaches beyond its storage"],
    ["a negative offset", sampleStyleGan({ tensor: { offset: -1 } }), "offset must be an integer ≥ 0"],
    ["a huge stride", sampleStyleGan({ tensor: { strides: [2 ** 40, 1] } }), "reaches beyond its storage"],
    [
      "a shape beyond the file",
      sampleStyleGan({ tensor: { shape: [2 ** 20, 2 ** 20], strides: [0, 0] } }),
      "more than the file holds",
    ],
    ["a network name that is no text", sampleStyleGan({ more: [[5, null]] }), "named by text"],
    [
      "something that is no setting",
      sampleStyleGan({ more: [["x", new Uint8Array(3)]] }),
      '"x" is neither a network nor settings',
    ],
    ["a dict without networks", writePickle(new Map<PickleItem, PickleItem>([["__proto__", 1]]), 4), "no StyleGAN2 snapshot"],
    ["a list", writePickle([1], 4), "no StyleGAN2 snapshot"],
    ["text", new TextEncoder().encode("hello world, this is text"), "begins with opcode 0x68, not with 0x80"],
    ["nothing", new Uint8Array(0), "truncated"],
    ["a cut file", sampleStyleGan().subarray(0, -20), "truncated"],
  ];
  test.each(cases)("%s", (_, bytes, message) => {
    expect(() => readStyleGanPickle(bytes)).toThrow(UsageError);
    expect(() => readStyleGanPickle(bytes)).toThrow(message);
  });

  test("settings inside themselves", () => {
    let deep: PickleItem = 1;
    for (let i = 0; i < 20; i++) deep = [deep];
    expect(() => readStyleGanPickle(sampleStyleGan({ kwargs: new Map([["x", deep]]) }))).toThrow("unfold to more than settings");
  });
});
