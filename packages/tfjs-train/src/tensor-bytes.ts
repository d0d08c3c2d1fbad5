import { expect } from "repro-kit";
import { narrowFloats } from "./half-floats.ts";
import { countElements, isWeightType, type WeightTensor, type WeightType, weightTypes } from "./weight-file.ts";

/**
 * The little-endian bytes of a tensor that is to be written: a view of its data; F16 and BF16 are rounded to the nearest half.
 *
 * @param types - What the format can hold.
 * @throws UsageError if the type is none of these, or the shape does not fit the data.
 */
export function tensorBytes(name: string, tensor: WeightTensor, scope: string, types: readonly WeightType[]): Uint8Array {
  const { dtype, shape, data } = tensor;
  expect(
    isWeightType(dtype) && types.includes(dtype),
    scope,
    `"${name}" has dtype ${dtype}; this format holds ${types.join(", ")}. Write it as F32.`,
  );
  const { view } = weightTypes[dtype];
  expect(
    data instanceof view,
    scope,
    `"${name}" is ${dtype}, so its data must be a ${view.name}; got ${data?.constructor?.name}.`,
  );
  const count = countElements(shape);
  expect(count === data.length, scope, `"${name}" has shape [${shape}] but ${data.length} values.`);
  if (dtype === "F16" || dtype === "BF16") return narrowFloats(data as Float32Array, dtype); // the view of both types
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
