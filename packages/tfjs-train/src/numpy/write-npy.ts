import { tensorBytes } from "../tensor-bytes.ts";
import type { WeightTensor } from "../weight-file.ts";
import { npyTypes } from "./npy-types.ts";

/** The data begin on a multiple of this, as numpy has it. */
const ALIGNMENT = 64;

/**
 * Writes an array as .npy (version 1.0, little-endian, row-major); `numpy.load` reads it. The same array gives the same bytes.
 *
 * @throws UsageError if the shape does not fit the data, or numpy has no such type (BF16).
 */
export function writeNpy(tensor: WeightTensor): Uint8Array {
  return npyBytes("array", tensor, "writeNpy");
}

/** `writeNpy`, with what stands before a refusal and the array's name in it. */
export function npyBytes(name: string, tensor: WeightTensor, scope: string): Uint8Array {
  const bytes = tensorBytes(name, tensor, scope, Object.values(npyTypes));
  const [kind] = Object.entries(npyTypes).find(([, dtype]) => dtype === tensor.dtype) as [string, string]; // tensorBytes has checked it
  const order = kind.endsWith("1") ? "|" : "<";
  const shape = tensor.shape.length === 1 ? `(${tensor.shape[0]},)` : `(${tensor.shape.join(", ")})`;
  const header = `{'descr': '${order}${kind}', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = Math.ceil((10 + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(start + bytes.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (start - 10) & 255, (start - 10) >> 8]);
  file.set(new TextEncoder().encode(header.padEnd(start - 11)), 10);
  file[start - 1] = 0x0a;
  file.set(bytes, start);
  return file;
}
