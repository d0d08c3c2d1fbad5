import { expect, UsageError } from "repro-kit";
import {
  bareRecord,
  countElements,
  isWeightType,
  lazyTensor,
  type WeightFile,
  type WeightTensor,
  weightTypes,
} from "./weight-file.ts";

const SCOPE = "readSafetensors";
/** The limit of the reference implementation; no real header comes near it. */
const MAX_HEADER_BYTES = 100_000_000;
const MAX_RANK = 64;

/**
 * Reads a safetensors file without copying: tensors of aligned F32, F64 and integer types are views of `bytes`.
 * The header is believed in nothing: lengths, types, shapes, bounds, overlaps and gaps are checked first.
 *
 * @param bytes - The whole file.
 * @throws UsageError that says what is wrong with the file.
 * @see https://huggingface.co/docs/safetensors — format; the checks are those of its reference implementation.
 */
export function readSafetensors(bytes: Uint8Array): WeightFile {
  const { header, dataStart } = readHeader(bytes);
  const tensors = bareRecord<WeightTensor>();
  const metadata = bareRecord<string>();
  const dataLength = bytes.length - dataStart;
  const ranges: (readonly [begin: number, end: number, name: string])[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      expect(isRecord(entry), SCOPE, "__metadata__ must be an object of strings.");
      for (const [key, value] of Object.entries(entry)) {
        expect(typeof value === "string", SCOPE, `__metadata__ must hold strings only; "${brief(key)}" is no string.`);
        metadata[key] = value;
      }
      continue;
    }
    const { dtype, shape, begin, end } = readEntry(name, entry, dataLength);
    tensors[name] = lazyTensor(dtype, shape, bytes.subarray(dataStart + begin, dataStart + end));
    ranges.push([begin, end, name]);
  }
  checkCoverage(ranges, dataLength);
  return { tensors, metadata };
}

/**
 * Writes a safetensors file; the same tensors and metadata give the same bytes: names in the order of their type's size
 * (largest first, so that everything is aligned), then alphabetical. F16 and BF16 are not written.
 *
 * @throws UsageError if a shape does not fit its data or a type cannot be written.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, WeightTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({ name, ...describe(name, tensor) }));
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
  const headerLength = Math.ceil(text.length / 8) * 8; // the data begin on a multiple of 8
  expect(
    headerLength <= MAX_HEADER_BYTES,
    "writeSafetensors",
    `the header may take ${MAX_HEADER_BYTES} bytes; it takes ${headerLength}.`,
  );
  const file = new Uint8Array(8 + headerLength + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength).set(text, 8);
  let position = 8 + headerLength;
  for (const { bytes } of entries) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  expect(bytes.length >= 8, SCOPE, `a file has at least 8 bytes; got ${bytes.length}. It is empty or truncated.`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  expect(
    length <= MAX_HEADER_BYTES,
    SCOPE,
    `the header may take ${MAX_HEADER_BYTES} bytes; it claims ${length}. This is no safetensors file.`,
  );
  expect(
    length <= bytes.length - 8,
    SCOPE,
    `the header claims ${length} bytes; ${bytes.length - 8} follow. The file is truncated.`,
  );
  expect(bytes[8] === 0x7b, SCOPE, "the header must begin with {. This is no safetensors file.");
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    const error = new UsageError(`[${SCOPE}] the header must be JSON in UTF-8; ${(cause as Error).message.slice(0, 200)}.`);
    error.cause = cause;
    throw error;
  }
  expect(isRecord(header), SCOPE, "the header must be a JSON object.");
  return { header, dataStart: 8 + length };
}

function readEntry(name: string, entry: unknown, dataLength: number) {
  const of = `of tensor "${brief(name)}"`;
  expect(isRecord(entry), SCOPE, `the entry ${of} must be an object.`);
  const { dtype, shape, data_offsets: offsets, ...rest } = entry;
  const surplus = Object.keys(rest);
  expect(surplus.length === 0, SCOPE, `the entry ${of} has an unknown field "${brief(surplus[0] ?? "")}".`);
  expect(
    isWeightType(dtype),
    SCOPE,
    `the dtype ${of} must be one of ${Object.keys(weightTypes).join(", ")}; got ${brief(String(dtype))}.`,
  );
  expect(
    Array.isArray(shape) && shape.length <= MAX_RANK,
    SCOPE,
    `the shape ${of} must be an array of at most ${MAX_RANK} sizes.`,
  );
  const count = countElements(shape);
  expect(count !== undefined, SCOPE, `the shape ${of} must hold non-negative integers with a product below 2^53.`);
  expect(
    Array.isArray(offsets) && offsets.length === 2 && offsets.every(isOffset),
    SCOPE,
    `data_offsets ${of} must be two offsets.`,
  );
  const [begin, end] = offsets as [number, number]; // two safe integers, by the line above
  expect(
    begin <= end && end <= dataLength,
    SCOPE,
    `the data ${of} lie at ${begin}…${end}, outside the ${dataLength} bytes there are.`,
  );
  const wanted = count * weightTypes[dtype].bytes;
  expect(end - begin === wanted, SCOPE, `the data ${of} take ${end - begin} bytes; its shape and dtype need ${wanted}.`);
  return { dtype, shape: shape as number[], begin, end }; // sizes are integers: countElements said so
}

/** Every byte belongs to exactly one tensor: no overlap, no gap, nothing left at the end (as the reference demands). */
function checkCoverage(ranges: (readonly [number, number, string])[], dataLength: number): void {
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let position = 0;
  for (const [begin, end, name] of ranges) {
    expect(begin >= position, SCOPE, `the data of tensor "${brief(name)}" overlap those of another.`);
    expect(begin === position, SCOPE, `${begin - position} bytes before tensor "${brief(name)}" belong to nothing.`);
    position = end;
  }
  expect(position === dataLength, SCOPE, `${dataLength - position} bytes at the end belong to no tensor.`);
}

function describe(name: string, tensor: WeightTensor): { tensor: WeightTensor; bytes: Uint8Array; size: number } {
  const scope = "writeSafetensors";
  const { dtype, shape, data } = tensor;
  expect(name !== "__metadata__", scope, "a tensor may not be named __metadata__.");
  expect(isWeightType(dtype) && dtype !== "F16" && dtype !== "BF16", scope, `"${name}" has dtype ${dtype}; write it as F32.`);
  const { view, bytes: size } = weightTypes[dtype];
  expect(
    data instanceof view,
    scope,
    `"${name}" is ${dtype}, so its data must be a ${view.name}; got ${data?.constructor?.name}.`,
  );
  const count = countElements(shape);
  expect(count === data.length, scope, `"${name}" has shape [${shape}] but ${data.length} values.`);
  return { tensor, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), size };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isOffset = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const brief = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
