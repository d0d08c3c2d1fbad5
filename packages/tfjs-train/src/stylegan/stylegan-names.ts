import { expect } from "repro-kit";
import { callable, numpyNames, type PickleNames, plainNames } from "repro-kit/pickle";
import { readLegacy } from "../torch/read-legacy.ts";
import { isStorage, storageNames, type TorchStorage, tensorNames } from "../torch/torch-names.ts";

export const SCOPE = "readStyleGanPickle";
export const ADVICE = "Only the networks, tensors and settings that stylegan2-ada-pytorch writes are read.";

/** The version of `torch_utils.persistence` that stylegan2-ada-pytorch writes. */
const PERSISTENCE_VERSION = 6;
/** The network classes of stylegan2-ada-pytorch, training/networks.py and training/augment.py. */
const CLASSES: ReadonlySet<string> = new Set([
  ...["Generator", "MappingNetwork", "SynthesisNetwork", "SynthesisBlock", "SynthesisLayer", "ToRGBLayer"],
  ...["Discriminator", "DiscriminatorBlock", "DiscriminatorEpilogue", "MinibatchStdLayer"],
  ...["FullyConnectedLayer", "Conv2dLayer", "AugmentPipe"],
]);

/** An object of `torch_utils.persistence`, as data: its source text is passed over. */
export interface PersistentObject {
  readonly className: string;
  /** The attributes of the object. */
  readonly state: ReadonlyMap<unknown, unknown>;
}

export function isPersistentObject(value: unknown): value is PersistentObject {
  return typeof value === "object" && value !== null && "className" in value && "state" in value && value.state instanceof Map;
}

/** What one snapshot may name. Storages that are handed over twice are read once. */
export function createStyleGanNames(): PickleNames {
  const storages = new Map<Uint8Array, TorchStorage>();
  const loadStorage = ([bytes]: readonly unknown[]): TorchStorage => {
    expect(bytes instanceof Uint8Array, SCOPE, "a nested storage must be bytes.");
    const storage = storages.get(bytes) ?? readNestedStorage(bytes);
    storages.set(bytes, storage);
    return storage;
  };
  return {
    ...plainNames,
    ...tensorNames,
    "numpy.dtype": numpyNames["numpy.dtype"],
    "numpy.core.multiarray.scalar": numpyNames["numpy.core.multiarray.scalar"],
    "numpy._core.multiarray.scalar": numpyNames["numpy._core.multiarray.scalar"],
    "torch.storage._load_from_bytes": callable(loadStorage),
    "dnnlib.util.EasyDict": callable(() => new Map()),
    "torch_utils.persistence._reconstruct_persistent_obj": callable(([meta]) => persistentObject(meta)),
  };
}

/** The bytes that torch gives `_load_from_bytes`: a legacy file that holds one storage, and names nothing but its class. */
function readNestedStorage(bytes: Uint8Array): TorchStorage {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  expect(!isZip, SCOPE, "a nested storage must be of torch's legacy layout; got a zip, which no snapshot holds.");
  const storage = readLegacy(bytes, { allowed: storageNames, scope: SCOPE, advice: "A nested storage names its class alone." });
  expect(isStorage(storage), SCOPE, "nested bytes must hold one storage.");
  storage.bytes(); // it is there
  return storage;
}

function persistentObject(meta: unknown): PersistentObject {
  expect(meta instanceof Map, SCOPE, "a persistent object must be described by a dict.");
  const [type, version, className, state] = ["type", "version", "class_name", "state"].map((key) => meta.get(key));
  expect(type === "class", SCOPE, () => `a persistent object must be of type "class"; got ${brief(type)}.`);
  expect(
    version === PERSISTENCE_VERSION,
    SCOPE,
    () => `persistent objects must be of version ${PERSISTENCE_VERSION}; got ${brief(version)}.`,
  );
  expect(
    typeof className === "string" && CLASSES.has(className),
    SCOPE,
    () => `the file asks for the class "${brief(className)}", which is not allowed; known: ${[...CLASSES].join(", ")}.`,
  );
  expect(state instanceof Map, SCOPE, `the state of a ${className} must be a dict.`);
  return { className, state };
}

const brief = (value: unknown): string => String(value).slice(0, 80);
