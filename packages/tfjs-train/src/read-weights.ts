import { expect } from "repro-kit";
import { isNpy } from "repro-kit/numpy";
import { readNpz } from "./numpy/npz.ts";
import { readNpy } from "./numpy/read-npy.ts";
import { readSafetensors } from "./safetensors/read-safetensors.ts";
import { readTorch } from "./torch/read-torch.ts";
import { bareRecord, type WeightFile, type WeightTensor } from "./weight-file.ts";
import { readZip } from "./zip/read-zip.ts";

const SCOPE = "readWeights";
/** The magic number of torch's legacy files and the end of the pickle that it is. */
const LEGACY = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const PROTO = 0x80;
const FRAME = 0x95;

/**
 * Reads weights of any format by what is in the bytes: safetensors, torch (zip and legacy), npz, npy (one tensor, "array").
 *
 * @throws UsageError if it is none of these, or damaged.
 */
export async function readWeights(bytes: Uint8Array): Promise<WeightFile> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const isTorch = [...readZip(bytes, SCOPE).keys()].some((name) => /^[^/]+\/data\.pkl$/.test(name));
    return isTorch ? readTorch(bytes) : readNpz(bytes);
  }
  if (isNpy(bytes)) {
    const tensors = bareRecord<WeightTensor>();
    tensors.array = readNpy(bytes);
    return { tensors, metadata: bareRecord() };
  }
  const isPickle = bytes[0] === PROTO && bytes[1] >= 2 && bytes[1] <= 5;
  const start = bytes[2] === FRAME ? 11 : 2;
  if (isPickle && LEGACY.every((byte, i) => bytes[start + i] === byte)) return readTorch(bytes);
  expect(!isPickle, SCOPE, "this is a pickle, and no torch file. Snapshots of StyleGAN2 are read by readStyleGanPickle.");
  expect(bytes.length === 0 || bytes[8] === 0x7b, SCOPE, "this is none of safetensors, torch (.pt, .pth), npz and npy.");
  return readSafetensors(bytes);
}
