import { expect } from "repro-kit";
import { callable, numpyNames, type PickleNames, plainNames } from "repro-kit/pickle";
import { type WeightType, weightTypes } from "../weight-file.ts";

const SCOPE = "readTorch";
/** Bytes of the largest element type: what is aligned to it is aligned for all. */
const LARGEST_ITEM = 8;

/** A storage: the flat data that tensors are views of. `bytes` is asked for when all storages are known. */
export interface TorchStorage {
  readonly type: WeightType | "untyped";
  /** Elements, or bytes of an untyped one. */
  readonly count: number;
  readonly bytes: () => Uint8Array;
  /** The same bytes where a typed array can stand on them: a view of the file where it allows that, else one copy. */
  readonly aligned: () => Uint8Array;
}

/** A storage whose bytes are found later. */
export function torchStorage(type: TorchStorage["type"], count: number, bytes: () => Uint8Array): TorchStorage {
  let copy: Uint8Array | undefined;
  const aligned = (): Uint8Array => {
    const data = bytes();
    if (data.byteOffset % LARGEST_ITEM === 0) return data;
    copy ??= new Uint8Array(data);
    return copy;
  };
  return { type, count, bytes, aligned };
}

/** Bytes of one element. */
export const itemSize = (type: TorchStorage["type"]): number => (type === "untyped" ? 1 : weightTypes[type].bytes);

/** A tensor as it stands in the pickle. */
export interface TorchTensor {
  readonly storage: TorchStorage;
  readonly type: WeightType;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

const STORAGES: Readonly<Record<string, WeightType | "untyped">> = {
  DoubleStorage: "F64",
  FloatStorage: "F32",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
  UntypedStorage: "untyped",
};

const DTYPES: Readonly<Record<string, WeightType>> = {
  float64: "F64",
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint8: "U8",
  uint16: "U16",
  uint32: "U32",
  uint64: "U64",
  bool: "BOOL",
};

/** A storage class or a dtype, named in a pickle. */
export interface TypeMarker {
  readonly marker: WeightType | "untyped";
}

const markers = (modules: readonly string[], types: Readonly<Record<string, WeightType | "untyped">>): PickleNames =>
  Object.fromEntries(
    modules.flatMap((module) => Object.entries(types).map(([name, marker]) => [`${module}.${name}`, { marker }])),
  );
const rebuildTensor = callable(([storage, offset, shape, strides, , , state]) => {
  refuseNegative(state);
  return tensorOf(storage, offset, shape, strides);
});

/** The classes of storages. */
export const storageNames: PickleNames = markers(["torch", "torch.storage"], STORAGES);

/** Tensors and parameters on storages, and dtypes. */
export const tensorNames: PickleNames = {
  ...markers(["torch"], DTYPES),
  "torch.Size": callable(([sizes]) => sizes),
  "torch.device": callable(([kind, index]) => (index === undefined ? String(kind) : `${kind}:${index}`)),
  "torch._utils._rebuild_tensor": rebuildTensor,
  "torch._utils._rebuild_tensor_v2": rebuildTensor,
  "torch._utils._rebuild_tensor_v3": callable(([storage, offset, shape, strides, , , dtype, state]) => {
    refuseNegative(state);
    return tensorOf(storage, offset, shape, strides, isMarker(dtype) ? dtype.marker : undefined);
  }),
  "torch._utils._rebuild_parameter": callable(([data]) => data),
};

/** The names that a torch file may use, and nothing else. */
export const torchNames: PickleNames = { ...plainNames, ...numpyNames, ...storageNames, ...tensorNames };

export function isMarker(value: unknown): value is TypeMarker {
  return typeof value === "object" && value !== null && "marker" in value;
}

export function isTorchTensor(value: unknown): value is TorchTensor {
  return typeof value === "object" && value !== null && "storage" in value && "strides" in value;
}

/** A view such as the imaginary part of a conjugate holds the values with the opposite sign, and says so beside them. */
function refuseNegative(state: unknown): void {
  const isNegative = state instanceof Map && state.get("neg") === true;
  expect(!isNegative, SCOPE, "a tensor is stored with the opposite sign, which is not read. Save tensor.resolve_neg().");
}

function tensorOf(
  storage: unknown,
  offset: unknown,
  shape: unknown,
  strides: unknown,
  given?: WeightType | "untyped",
): TorchTensor {
  expect(isStorage(storage), SCOPE, "a tensor must stand on a storage.");
  const type = given ?? storage.type;
  expect(type !== "untyped", SCOPE, "a tensor on an untyped storage must name its dtype.");
  const isList = (value: unknown): value is number[] =>
    Array.isArray(value) && value.length <= 64 && value.every((size) => Number.isSafeInteger(size) && size >= 0);
  expect(
    isList(shape) && isList(strides) && shape.length === strides.length,
    SCOPE,
    "a tensor's shape and strides must be as many sizes ≥ 0.",
  );
  expect(Number.isSafeInteger(offset) && (offset as number) >= 0, SCOPE, "a tensor's offset must be an integer ≥ 0.");
  return { storage, type, offset: offset as number, shape, strides }; // an integer, by the line above
}

export function isStorage(value: unknown): value is TorchStorage {
  return typeof value === "object" && value !== null && "bytes" in value && "count" in value;
}
