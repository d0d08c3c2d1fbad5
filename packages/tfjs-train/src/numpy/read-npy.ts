import { readNpyHeader } from "repro-kit/numpy";
import { gatherStrided } from "../gather-strided.ts";
import { viewBytes, type WeightData, type WeightTensor, type WeightType, weightTypes } from "../weight-file.ts";
import { npyTypes } from "./npy-types.ts";

/**
 * Reads one array of numpy's .npy format: bool, integers and floats of either byte order, row- or column-major. The data come
 * row-major: a view of `bytes` where it allows that, else copied when first asked for.
 *
 * @param bytes - The whole file.
 * @throws UsageError if it is damaged, or holds objects, text, records, dates or complex numbers.
 */
export function readNpy(bytes: Uint8Array): WeightTensor {
  return readNpyArray(bytes, "readNpy");
}

/** `readNpy`, with what stands before a refusal. */
export function readNpyArray(bytes: Uint8Array, scope: string): WeightTensor {
  const { type, dataStart, ...layout } = readNpyHeader(bytes, scope);
  return arrayTensor({ ...layout, dtype: npyTypes[type] }, bytes.subarray(dataStart));
}

/** An array of numpy as a tensor: its bytes are turned to row-major, little-endian order when first asked for. */
export function arrayTensor(layout: ArrayLayout, bytes: Uint8Array): WeightTensor {
  const { dtype, shape } = layout;
  let data: WeightData | undefined;
  return {
    dtype,
    shape,
    get data() {
      data ??= viewBytes(toNative(bytes, layout), dtype);
      return data;
    },
  };
}

interface ArrayLayout {
  readonly dtype: WeightType;
  readonly shape: readonly number[];
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
}

/** Row-major and little-endian; the bytes themselves where they are. */
function toNative(bytes: Uint8Array, { dtype, shape, isBigEndian, isFortran }: ArrayLayout): Uint8Array {
  const { bytes: itemSize } = weightTypes[dtype];
  const isReordered = isFortran && shape.length > 1;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const ordered = isReordered ? gatherStrided(bytes, { itemSize, offset: 0, shape, strides }) : bytes;
  if (!isBigEndian || itemSize === 1) return ordered;
  const swapped = ordered === bytes ? new Uint8Array(bytes) : ordered;
  for (let at = 0; at < swapped.length; at += itemSize)
    for (let low = at, high = at + itemSize - 1; low < high; low++, high--) {
      const byte = swapped[low];
      swapped[low] = swapped[high];
      swapped[high] = byte;
    }
  return swapped;
}
