import { expect } from "repro-kit";
import { tensorBytes } from "../tensor-bytes.ts";
import { type WeightTensor, type WeightType, weightTypes } from "../weight-file.ts";
import { MAX_HEADER_BYTES } from "./header.ts";

const SCOPE = "writeSafetensors";
const TYPES = Object.keys(weightTypes) as WeightType[]; // the keys of that record

/**
 * Writes a safetensors file; the same tensors and metadata give the same bytes: names in the order of their type's size
 * (largest first, so that everything is aligned), then alphabetical. F16 and BF16 are rounded to the nearest half.
 *
 * @throws UsageError if a shape does not fit its data or a type cannot be written.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, WeightTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    expect(name !== "__metadata__", SCOPE, "a tensor may not be named __metadata__.");
    const bytes = tensorBytes(name, tensor, SCOPE, TYPES);
    return { name, tensor, bytes, size: weightTypes[tensor.dtype].bytes };
  });
  entries.sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
  let offset = 0;
  const sections: [string, unknown][] = Object.keys(metadata).length
    ? [["__metadata__", Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))]]
    : [];
  for (const { name, tensor, bytes } of entries) {
    const { dtype, shape } = tensor;
    sections.push([name, { dtype, shape, data_offsets: [offset, (offset += bytes.length)] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(sections)));
  const length = Math.ceil(text.length / 8) * 8; // the data begin on a multiple of 8
  expect(length <= MAX_HEADER_BYTES, SCOPE, `the header may take ${MAX_HEADER_BYTES} bytes; it takes ${length}.`);
  const file = new Uint8Array(8 + length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, 8, 8 + length).set(text, 8);
  let position = 8 + length;
  for (const { bytes } of entries) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}
