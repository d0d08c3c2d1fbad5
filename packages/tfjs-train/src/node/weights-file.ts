import { UsageError } from "repro-kit";
import { readWeights } from "../read-weights.ts";
import { openSafetensors, type SafetensorsReader } from "../safetensors/open-safetensors.ts";
import type { WeightFile } from "../weight-file.ts";
import { openByteFile, readWholeFile } from "./open-byte-file.ts";

/**
 * Opens a safetensors file of which single tensors are read; only its header is read now.
 *
 * @throws UsageError if the file cannot be read, or its header lies.
 */
export async function openSafetensorsFile(path: string): Promise<SafetensorsReader> {
  const source = await openByteFile(path);
  try {
    return await openSafetensors(source);
  } catch (error) {
    await source.close();
    throw nameFile(error, path);
  }
}

/**
 * Reads a weight file of any format (safetensors, torch, npz, npy) whole, by what is in it and not by its name.
 * Memory: the file, once; tensors are views of it where they can be.
 *
 * @throws UsageError that names the file and what is wrong with it.
 */
export async function readWeightsFile(path: string): Promise<WeightFile> {
  const bytes = await readWholeFile(path);
  try {
    return await readWeights(bytes);
  } catch (error) {
    throw nameFile(error, path);
  }
}

function nameFile(cause: unknown, path: string): unknown {
  if (!UsageError.isInstance(cause)) return cause;
  const error = new UsageError(cause.message.replace(/^\[([^\]]*)\] /, `[$1] ${path}: `));
  error.cause = cause;
  return error;
}
