import { UsageError } from "repro-kit";
import { widenHalves } from "./half-floats.ts";

/** Element types of weight files, by their safetensors names. */
export const weightTypes = {
  F64: { bytes: 8, view: Float64Array },
  F32: { bytes: 4, view: Float32Array },
  F16: { bytes: 2, view: Float32Array },
  BF16: { bytes: 2, view: Float32Array },
  U64: { bytes: 8, view: BigUint64Array },
  I64: { bytes: 8, view: BigInt64Array },
  U32: { bytes: 4, view: Uint32Array },
  I32: { bytes: 4, view: Int32Array },
  U16: { bytes: 2, view: Uint16Array },
  I16: { bytes: 2, view: Int16Array },
  U8: { bytes: 1, view: Uint8Array },
  I8: { bytes: 1, view: Int8Array },
  BOOL: { bytes: 1, view: Uint8Array },
} as const;

export type WeightType = keyof typeof weightTypes;
export type WeightData =
  | Float64Array
  | Float32Array
  | BigUint64Array
  | BigInt64Array
  | Uint32Array
  | Int32Array
  | Uint16Array
  | Int16Array
  | Uint8Array
  | Int8Array;

/** One tensor of a weight file, row-major. F16 and BF16 come widened to float32, when first asked for. */
export interface WeightTensor {
  readonly dtype: WeightType;
  readonly shape: readonly number[];
  readonly data: WeightData;
}

/** Tensors by name (a record without prototype, so that no name can shadow anything) and the file's own text notes. */
export interface WeightFile {
  readonly tensors: Readonly<Record<string, WeightTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

export function isWeightType(name: unknown): name is WeightType {
  return typeof name === "string" && Object.hasOwn(weightTypes, name);
}

/** A record without prototype: safe for names that come from a file. */
export function bareRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>; // an object without prototype is a record of what is put in
}

/** Product of the dimensions; undefined if one is not a non-negative integer or the product passes 2^53. */
export function countElements(shape: readonly unknown[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || (size as number) < 0) return undefined;
    count *= size as number; // an integer, by the line above
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

/** Typed view of little-endian bytes, without a copy where the alignment allows one; halves are widened. */
export function viewBytes(bytes: Uint8Array, dtype: WeightType): WeightData {
  if (dtype === "F16" || dtype === "BF16") return widenHalves(bytes, dtype);
  const { bytes: size, view } = weightTypes[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes); // a copy; Buffer's own slice would not be one
  return new view(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
}

/** A tensor whose data are decoded when first asked for. */
export function lazyTensor(dtype: WeightType, shape: readonly number[], bytes: Uint8Array): WeightTensor {
  let decoded: WeightData | undefined;
  return {
    dtype,
    shape,
    get data() {
      decoded ??= viewBytes(bytes, dtype);
      return decoded;
    },
  };
}

/** The tensor of that name. @throws UsageError that says how many there are and names some. */
export function weightOf(file: WeightFile, name: string): WeightTensor {
  const tensor = file.tensors[name];
  if (tensor) return tensor;
  const names = Object.keys(file.tensors);
  throw new UsageError(`[weightOf] no tensor named "${name}" among ${names.length}: ${names.slice(0, 8).join(", ")}….`);
}
