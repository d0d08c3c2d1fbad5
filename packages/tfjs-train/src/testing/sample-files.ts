import { deflateRawSync } from "node:zlib";
import { readNpz, writeNpz } from "../numpy/npz.ts";
import { readNpy } from "../numpy/read-npy.ts";
import { writeNpy } from "../numpy/write-npy.ts";
import { readSafetensors } from "../safetensors/read-safetensors.ts";
import { writeSafetensors } from "../safetensors/write-safetensors.ts";
import { readStyleGanPickle } from "../stylegan/read-stylegan-pickle.ts";
import { readTorch } from "../torch/read-torch.ts";
import type { WeightTensor } from "../weight-file.ts";
import { crc32 } from "../zip/crc32.ts";
import { readZip } from "../zip/read-zip.ts";
import { writeStoredZip } from "../zip/write-stored-zip.ts";
import { sampleStyleGan } from "./sample-stylegan.ts";
import { sampleLegacy, sampleTorchPickle, sampleTorchZip, torchZip } from "./sample-torch.ts";

/** A small file of a format, and how it is read. */
export interface SampleFile {
  readonly format: string;
  /** What is damaged. */
  readonly bytes: Uint8Array;
  /** Wraps the damaged bytes, with right checksums round them, so that the damage gets farther in. */
  readonly wrap?: (bytes: Uint8Array) => Uint8Array;
  readonly read: (bytes: Uint8Array) => readonly WeightTensor[] | Promise<readonly WeightTensor[]>;
}

const tensors: Record<string, WeightTensor> = {
  "conv.weight": { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, -2, 3.5, Number.NaN, 5, 6) },
  double: { dtype: "F64", shape: [1], data: Float64Array.of(Math.PI) },
  half: { dtype: "F16", shape: [3], data: Float32Array.of(1, -2, 0.5) },
  steps: { dtype: "I64", shape: [], data: BigInt64Array.of(-7n) },
  mask: { dtype: "BOOL", shape: [2], data: Uint8Array.of(0, 1) },
  empty: { dtype: "I16", shape: [0, 5], data: new Int16Array(0) },
};

/** An .npy file of big-endian int32, column-major. */
export function fortranNpy(): Uint8Array {
  const header = "{'descr': '>i4', 'fortran_order': True, 'shape': (2, 3), }".padEnd(117);
  const data = [0, 3, 1, 4, 2, 5].flatMap((value) => [0, 0, 0, value]);
  return Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0],
    ...new TextEncoder().encode(`${header}\n`),
    ...data,
  ]);
}

/** The entries of a zip, deflated; sizes and checksums are right. */
export function deflateZip(zip: Uint8Array): Uint8Array {
  const entries = [...readZip(zip, "deflateZip").values()].map(({ name, bytes }) => {
    const packed = deflateRawSync(bytes);
    return { name: new TextEncoder().encode(name), crc: crc32(bytes), size: bytes.length, packed };
  });
  const parts: number[] = [];
  const directory: number[] = [];
  const little = (value: number, length: number) => Array.from({ length }, (_, i) => (value >>> (8 * i)) & 255);
  for (const { name, crc, size, packed } of entries) {
    const common = [20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0, ...little(crc, 4), ...little(packed.length, 4), ...little(size, 4)];
    const lengths = [...little(name.length, 2), 0, 0];
    directory.push(
      ...[0x50, 0x4b, 1, 2, 20, 0],
      ...common,
      ...lengths,
      ...Array(10).fill(0),
      ...little(parts.length, 4),
      ...name,
    );
    parts.push(...[0x50, 0x4b, 3, 4], ...common, ...lengths, ...name, ...packed);
  }
  const end = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...little(entries.length, 2), ...little(entries.length, 2)];
  return Uint8Array.from([...parts, ...directory, ...end, ...little(directory.length, 4), ...little(parts.length, 4), 0, 0]);
}

const all = (file: { readonly tensors: Readonly<Record<string, WeightTensor>> }): WeightTensor[] => Object.values(file.tensors);
const readStyleGan = (bytes: Uint8Array): WeightTensor[] => Object.values(readStyleGanPickle(bytes).networks).flatMap(all);
const readArchive = async (bytes: Uint8Array): Promise<WeightTensor[]> => all(await readNpz(bytes));
const npzAround = (npy: Uint8Array): Uint8Array => writeStoredZip([["a.npy", npy]], "npzAround");

/** One of every format and layout. */
export function sampleFiles(): readonly SampleFile[] {
  const npz = writeNpz(tensors);
  return [
    { format: "safetensors", bytes: writeSafetensors(tensors, { note: "x" }), read: (bytes) => all(readSafetensors(bytes)) },
    { format: "torch zip", bytes: sampleTorchZip(), read: (bytes) => all(readTorch(bytes)) },
    {
      format: "torch pickle in a zip",
      bytes: sampleTorchPickle(),
      wrap: (pickle) => torchZip(pickle),
      read: (bytes) => all(readTorch(bytes)),
    },
    { format: "torch legacy", bytes: sampleLegacy(), read: (bytes) => all(readTorch(bytes)) },
    { format: "StyleGAN2, protocol 4", bytes: sampleStyleGan(), read: readStyleGan },
    { format: "StyleGAN2, protocol 2", bytes: sampleStyleGan({ protocol: 2 }), read: readStyleGan },
    { format: "npy", bytes: writeNpy(tensors["conv.weight"]), read: (bytes) => [readNpy(bytes)] },
    { format: "npy, column-major", bytes: fortranNpy(), read: (bytes) => [readNpy(bytes)] },
    { format: "npz", bytes: npz, read: readArchive },
    { format: "npz, deflated", bytes: deflateZip(npz), read: readArchive },
    { format: "npy in an npz", bytes: fortranNpy(), wrap: npzAround, read: readArchive },
    { format: "npy in a deflated npz", bytes: fortranNpy(), wrap: (npy) => deflateZip(npzAround(npy)), read: readArchive },
  ];
}
