import { expect, UsageError } from "repro-kit";
import {
  countElements,
  lazyTensor,
  viewBytes,
  type WeightData,
  type WeightTensor,
  type WeightType,
  weightTypes,
} from "../weight-file.ts";
import type { PickleCallable } from "./pickle.ts";

const SCOPE = "readTorch";

/** A storage: the flat data that tensors are views of. `bytes` is asked for when all storages are known. */
export interface TorchStorage {
  readonly type: WeightType | "untyped";
  /** Elements, or bytes of an untyped one. */
  readonly count: number;
  readonly bytes: () => Uint8Array;
}

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

const callable = (run: PickleCallable["callable"]): PickleCallable => ({ callable: run });

/** The names that a torch file may use, and nothing else. */
const ALLOWED: Readonly<Record<string, PickleCallable>> = {
  "collections.OrderedDict": callable(([items]) => new Map(Array.isArray(items) ? items.map(pairOf) : [])),
  "torch.Size": callable(([sizes]) => sizes),
  "torch._utils._rebuild_tensor": callable(([storage, offset, shape, strides]) => tensorOf(storage, offset, shape, strides)),
  "torch._utils._rebuild_tensor_v2": callable(([storage, offset, shape, strides]) => tensorOf(storage, offset, shape, strides)),
  "torch._utils._rebuild_tensor_v3": callable(([storage, offset, shape, strides, , , dtype]) =>
    tensorOf(storage, offset, shape, strides, isMarker(dtype) ? dtype.marker : undefined),
  ),
  "torch._utils._rebuild_parameter": callable(([data]) => data),
};

/** What a name in a torch pickle stands for. @throws UsageError that names it, when it is not allowed. */
export function findTorchName(module: string, name: string): unknown {
  const full = `${module}.${name}`;
  if (Object.hasOwn(ALLOWED, full)) return ALLOWED[full];
  if ((module === "torch" || module === "torch.storage") && Object.hasOwn(STORAGES, name)) return { marker: STORAGES[name] };
  if (module === "torch" && Object.hasOwn(DTYPES, name)) return { marker: DTYPES[name] };
  throw new UsageError(
    `[${SCOPE}] the file asks for "${full.slice(0, 120)}", which is not allowed: only tensors, dicts, lists, numbers and text are read. Save the state_dict alone.`,
  );
}

export function isMarker(value: unknown): value is TypeMarker {
  return typeof value === "object" && value !== null && "marker" in value;
}

export function isTorchTensor(value: unknown): value is TorchTensor {
  return typeof value === "object" && value !== null && "storage" in value && "strides" in value;
}

function pairOf(item: unknown): [unknown, unknown] {
  expect(Array.isArray(item) && item.length === 2, SCOPE, "an OrderedDict is made of pairs.");
  return [item[0], item[1]];
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

function isStorage(value: unknown): value is TorchStorage {
  return typeof value === "object" && value !== null && "bytes" in value && "count" in value;
}

/** The tensor as data: a view of the file where it is contiguous, else gathered when first asked for. */
export function weightFromTorch(
  name: string,
  { storage, type, offset, shape, strides }: TorchTensor,
  fileSize: number,
): WeightTensor {
  const { bytes: itemSize } = weightTypes[type];
  const count = countElements(shape);
  expect(
    count !== undefined && count * itemSize <= fileSize,
    SCOPE,
    `tensor "${name}" claims shape [${shape}], more than the file holds.`,
  );
  const bytes = storage.bytes();
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * strides[i], offset);
  expect(count === 0 || (last + 1) * itemSize <= bytes.length, SCOPE, `tensor "${name}" reaches beyond its storage.`);
  if (count === 0) return lazyTensor(type, shape, bytes.subarray(0, 0));
  let expected = 1;
  const isContiguous = [...shape.keys()].reverse().every((axis) => {
    const fits = shape[axis] === 1 || strides[axis] === expected;
    expected *= shape[axis];
    return fits;
  });
  if (isContiguous) return lazyTensor(type, shape, bytes.subarray(offset * itemSize, (offset + count) * itemSize));
  let gathered: WeightData | undefined;
  return {
    dtype: type,
    shape,
    get data() {
      gathered ??= viewBytes(gather(bytes, itemSize, offset, shape, strides, count), type);
      return gathered;
    },
  };
}

function gather(
  bytes: Uint8Array,
  itemSize: number,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): Uint8Array {
  const out = new Uint8Array(count * itemSize);
  const index = shape.map(() => 0);
  let source = offset;
  for (let i = 0; i < count; i++) {
    out.set(bytes.subarray(source * itemSize, (source + 1) * itemSize), i * itemSize);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}
