import { expect } from "repro-kit";
import { readPickle } from "repro-kit/pickle";
import { createTensorBuilder } from "../torch/tensor-builder.ts";
import { isTorchTensor } from "../torch/torch-names.ts";
import { bareRecord, type WeightTensor } from "../weight-file.ts";
import { type PlainRecord, type PlainValue, plainValue } from "./plain-value.ts";
import { ADVICE, createStyleGanNames, isPersistentObject, type PersistentObject, SCOPE } from "./stylegan-names.ts";

/** A network of a snapshot, as data: enough to build the same network and fill it. */
export interface StyleGanNetwork {
  /** `Generator`, `Discriminator` or `AugmentPipe`. */
  readonly className: string;
  /** What its constructor was given. */
  readonly initArgs: readonly PlainValue[];
  readonly initKwargs: PlainRecord;
  /** The plain attributes of the network itself (`z_dim`, `num_ws`, …). */
  readonly attributes: PlainRecord;
  /** Parameters and buffers by their path (`synthesis.b4.conv1.weight`), PyTorch's names and layouts. */
  readonly tensors: Readonly<Record<string, WeightTensor>>;
}

/** A snapshot of stylegan2-ada-pytorch. */
export interface StyleGanSnapshot {
  /** `G`, `D`, `G_ema` and, where there was augmentation, `augment_pipe`. */
  readonly networks: Readonly<Record<string, StyleGanNetwork>>;
  /** What stands beside the networks: `training_set_kwargs`. */
  readonly settings: PlainRecord;
}

const MAX_DEPTH = 16;
const MAX_TENSORS = 100_000;

/**
 * Reads a network pickle of stylegan2-ada-pytorch (`network-snapshot-….pkl`, protocols 2 to 5). Nothing in it is run, the source
 * text of its classes least of all: networks come as the arguments of their constructors and tensors by name.
 *
 * @param bytes - The whole file. Tensors are views of it where its layout allows that.
 * @throws UsageError if the file is damaged, no such snapshot, or asks for anything that is not allowed; the error says the name.
 */
export function readStyleGanPickle(bytes: Uint8Array): StyleGanSnapshot {
  const { value } = readPickle(bytes, { allowed: createStyleGanNames(), scope: SCOPE, advice: ADVICE });
  expect(value instanceof Map, SCOPE, "a snapshot is a dict of networks. This is no StyleGAN2 snapshot.");
  const networks = bareRecord<StyleGanNetwork>();
  const settings = bareRecord<PlainValue>();
  const build = createTensorBuilder(SCOPE, bytes.length);
  for (const [name, item] of value) {
    expect(typeof name === "string", SCOPE, "the networks of a snapshot must be named by text.");
    if (isPersistentObject(item)) {
      networks[name] = networkOf(name, item, build);
    } else {
      const plain = plainValue(item, SCOPE);
      expect(plain !== undefined, SCOPE, `"${name.slice(0, 80)}" is neither a network nor settings.`);
      settings[name] = plain;
    }
  }
  expect(
    "G_ema" in networks || "G" in networks,
    SCOPE,
    "the file holds no generator (G_ema or G). This is no StyleGAN2 snapshot.",
  );
  return { networks, settings };
}

function networkOf(name: string, object: PersistentObject, build: ReturnType<typeof createTensorBuilder>): StyleGanNetwork {
  const { className, state } = object;
  const tensors = collectTensors(object, build);
  expect(Object.keys(tensors).length > 0, SCOPE, `the network "${name.slice(0, 80)}" holds no tensors.`);
  const initArgs = plainValue(state.get("_init_args") ?? [], SCOPE);
  const initKwargs = plainValue(state.get("_init_kwargs") ?? new Map(), SCOPE);
  expect(Array.isArray(initArgs) && isPlainRecord(initKwargs), SCOPE, `the arguments of "${name.slice(0, 80)}" are damaged.`);
  const attributes = bareRecord<PlainValue>();
  for (const [key, value] of state) {
    if (typeof key !== "string" || key.startsWith("_")) continue;
    const plain = plainValue(value, SCOPE);
    if (plain !== undefined) attributes[key] = plain;
  }
  return { className, initArgs, initKwargs, attributes, tensors };
}

/** Parameters and buffers of a module and of those in it. */
function collectTensors(root: PersistentObject, build: ReturnType<typeof createTensorBuilder>): Record<string, WeightTensor> {
  const tensors = bareRecord<WeightTensor>();
  let numTensors = 0;
  const walk = ({ state, className }: PersistentObject, prefix: string, depth: number): void => {
    expect(depth < MAX_DEPTH, SCOPE, "the networks lie in one another without end.");
    for (const [name, tensor] of [...entriesOf(state, "_parameters"), ...entriesOf(state, "_buffers")]) {
      if (tensor === null) continue; // a parameter that the network does without
      expect(isTorchTensor(tensor), SCOPE, `"${(prefix + name).slice(0, 80)}" must be a tensor.`);
      expect(++numTensors <= MAX_TENSORS, SCOPE, `a network may hold ${MAX_TENSORS} tensors. It is no StyleGAN2 network.`);
      expect(!(prefix + name in tensors), SCOPE, `two tensors are named "${(prefix + name).slice(0, 80)}".`);
      tensors[prefix + name] = build(prefix + name, tensor);
    }
    for (const [name, module] of entriesOf(state, "_modules")) {
      if (module === null) continue;
      expect(isPersistentObject(module), SCOPE, `"${(prefix + name).slice(0, 80)}" of ${className} must be a network.`);
      expect(++numTensors <= MAX_TENSORS, SCOPE, `a network may hold ${MAX_TENSORS} parts. It is no StyleGAN2 network.`);
      walk(module, `${prefix}${name}.`, depth + 1);
    }
  };
  walk(root, "", 0);
  return tensors;
}

function entriesOf(state: ReadonlyMap<unknown, unknown>, key: string): [string, unknown][] {
  const entries = state.get(key);
  expect(entries instanceof Map, SCOPE, `a network must have ${key}. This is no StyleGAN2 snapshot.`);
  return [...entries].map(([name, value]) => {
    expect(typeof name === "string", SCOPE, `the names in ${key} must be text.`);
    return [name, value];
  });
}

function isPlainRecord(value: PlainValue | undefined): value is PlainRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
