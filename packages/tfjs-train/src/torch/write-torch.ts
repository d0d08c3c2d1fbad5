import { expect } from "repro-kit";
import { tensorBytes } from "../tensor-bytes.ts";
import type { WeightTensor, WeightType } from "../weight-file.ts";
import { writeStoredZip } from "../zip/write-stored-zip.ts";

const SCOPE = "writeTorch";
const STORAGES: Partial<Record<WeightType, string>> = {
  F64: "DoubleStorage",
  F32: "FloatStorage",
  F16: "HalfStorage",
  BF16: "BFloat16Storage",
  I64: "LongStorage",
  I32: "IntStorage",
  I16: "ShortStorage",
  I8: "CharStorage",
  U8: "ByteStorage",
  BOOL: "BoolStorage",
};
const TYPES = Object.keys(STORAGES) as WeightType[]; // the keys of that record

/** Opcodes of pickle protocol 2. */
const OP = { proto: 0x80, global: 0x63, text: 0x58, int: 0x4a, long: 0x8a, false: 0x89, mark: 0x28, tuple: 0x74, empty: 0x29 };
const MORE = { reduce: 0x52, persistent: 0x51, dict: 0x7d, setItems: 0x75, stop: 0x2e };
const encoder = new TextEncoder();

/**
 * Writes a state dict as `torch.save` does: a zip that `torch.load(path, weights_only=True)` reads. The same tensors in the same
 * order give the same bytes; F16 and BF16 are rounded to the nearest half.
 *
 * @param tensors - In PyTorch's layout; kept in this order.
 * @throws UsageError if a shape does not fit its data or a type cannot be written.
 */
export function writeTorch(tensors: Readonly<Record<string, WeightTensor>>): Uint8Array {
  const entries = Object.entries(tensors).map(([name, tensor], i) => ({
    name,
    tensor,
    key: String(i),
    bytes: tensorBytes(name, tensor, SCOPE, TYPES),
  }));
  const pickle = [
    ...[OP.proto, 2, MORE.dict, OP.mark],
    ...entries.flatMap(({ name, tensor, key }) => [...text(name), ...tensorItem(tensor, key)]),
    ...[MORE.setItems, MORE.stop],
  ];
  return writeStoredZip(
    [
      ["archive/data.pkl", Uint8Array.from(pickle)],
      ["archive/byteorder", encoder.encode("little")],
      ...entries.map(({ key, bytes }) => [`archive/data/${key}`, bytes] as const),
      ["archive/version", encoder.encode("3\n")],
    ],
    SCOPE,
  );
}

/** `_rebuild_tensor_v2(storage, 0, shape, strides, requires_grad=False, OrderedDict())`. */
function tensorItem({ dtype, shape, data }: WeightTensor, key: string): number[] {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1));
  const storage = [
    ...tuple([text("storage"), named("torch", STORAGES[dtype] ?? ""), text(key), text("cpu"), integer(data.length)]),
  ];
  const hooks = [...named("collections", "OrderedDict"), OP.empty, MORE.reduce];
  return [
    ...named("torch._utils", "_rebuild_tensor_v2"),
    ...tuple([
      [...storage, MORE.persistent],
      integer(0),
      tuple(shape.map(integer)),
      tuple(strides.map(integer)),
      [OP.false],
      hooks,
    ]),
    MORE.reduce,
  ];
}

const named = (module: string, name: string): number[] => [OP.global, ...encoder.encode(`${module}\n${name}\n`)];
const tuple = (items: readonly (readonly number[])[]): number[] => [OP.mark, ...items.flat(), OP.tuple];
const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);

function text(value: string): number[] {
  const bytes = encoder.encode(value);
  return [OP.text, ...little(bytes.length, 4), ...bytes];
}

function integer(value: number): number[] {
  expect(Number.isSafeInteger(value) && value >= 0, SCOPE, `sizes must be integers; got ${value}.`);
  return value < 2 ** 31 ? [OP.int, ...little(value, 4)] : [OP.long, 8, ...little(value, 8)];
}
