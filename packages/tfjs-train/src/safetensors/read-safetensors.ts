import { bareRecord, lazyTensor, type WeightFile, type WeightTensor } from "../weight-file.ts";
import { headerLength, readHeader } from "./header.ts";

/**
 * Reads a safetensors file without copying: tensors of aligned F32, F64 and integer types are views of `bytes`.
 * The header is believed in nothing: lengths, types, shapes, bounds, overlaps and gaps are checked first.
 *
 * @param bytes - The whole file.
 * @throws UsageError that says what is wrong with the file.
 * @see https://huggingface.co/docs/safetensors — format; the checks are those of its reference implementation.
 */
export function readSafetensors(bytes: Uint8Array): WeightFile {
  const length = headerLength(bytes, bytes.length);
  const { entries, metadata } = readHeader(bytes.subarray(8, 8 + length), bytes.length);
  const tensors = bareRecord<WeightTensor>();
  for (const { name, dtype, shape, begin, end } of entries) tensors[name] = lazyTensor(dtype, shape, bytes.subarray(begin, end));
  return { tensors, metadata };
}
