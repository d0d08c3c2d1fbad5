import { expect, UsageError } from "repro-kit";
import { bareRecord, countElements, isWeightType, type WeightType, weightTypes } from "../weight-file.ts";

const SCOPE = "readSafetensors";
/** The limit of the reference implementation; no real header comes near it. */
export const MAX_HEADER_BYTES = 100_000_000;
const MAX_RANK = 64;

/** Where a tensor lies: bytes [begin, end) of the file. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: WeightType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order in which the data lie. */
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The length of the header, from the first 8 bytes of a file of `size` bytes. @throws UsageError if there is no such header. */
export function headerLength(start: Uint8Array, size: number): number {
  expect(start.length >= 8, SCOPE, `a file has at least 8 bytes; got ${start.length}. It is empty or truncated.`);
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  expect(
    length <= MAX_HEADER_BYTES,
    SCOPE,
    `the header may take ${MAX_HEADER_BYTES} bytes; it claims ${length}. This is no safetensors file.`,
  );
  expect(length <= size - 8, SCOPE, `the header claims ${length} bytes; ${size - 8} follow. The file is truncated.`);
  return length;
}

/**
 * Reads and checks a header. It is believed in nothing: lengths, types, shapes, bounds, overlaps and gaps are checked.
 *
 * @param text - The header's bytes.
 * @param size - Bytes of the whole file.
 * @throws UsageError that says what is wrong with it.
 */
export function readHeader(text: Uint8Array, size: number): SafetensorsHeader {
  expect(text[0] === 0x7b, SCOPE, "the header must begin with {. This is no safetensors file.");
  const header = parseJson(text);
  const dataStart = 8 + text.length;
  const metadata = bareRecord<string>();
  const entries: SafetensorsEntry[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") {
      entries.push(readEntry(name, entry, dataStart, size - dataStart));
      continue;
    }
    expect(isRecord(entry), SCOPE, "__metadata__ must be an object of strings.");
    for (const [key, value] of Object.entries(entry)) {
      expect(typeof value === "string", SCOPE, `__metadata__ must hold strings only; "${brief(key)}" is no string.`);
      metadata[key] = value;
    }
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, dataStart, size);
  return { entries, metadata };
}

function parseJson(text: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (cause) {
    const error = new UsageError(`[${SCOPE}] the header must be JSON in UTF-8; ${(cause as Error).message.slice(0, 200)}.`);
    error.cause = cause;
    throw error;
  }
  expect(isRecord(header), SCOPE, "the header must be a JSON object.");
  return header;
}

function readEntry(name: string, entry: unknown, dataStart: number, dataLength: number): SafetensorsEntry {
  const of = () => `of tensor "${brief(name)}"`;
  expect(isRecord(entry), SCOPE, () => `the entry ${of()} must be an object.`);
  const { dtype, shape, data_offsets: offsets, ...rest } = entry;
  const surplus = Object.keys(rest);
  expect(surplus.length === 0, SCOPE, () => `the entry ${of()} has an unknown field "${brief(surplus[0] ?? "")}".`);
  expect(
    isWeightType(dtype),
    SCOPE,
    () => `the dtype ${of()} must be one of ${Object.keys(weightTypes).join(", ")}; got ${brief(String(dtype))}.`,
  );
  expect(
    Array.isArray(shape) && shape.length <= MAX_RANK,
    SCOPE,
    () => `the shape ${of()} must be an array of at most ${MAX_RANK} sizes.`,
  );
  const count = countElements(shape);
  expect(count !== undefined, SCOPE, () => `the shape ${of()} must hold non-negative integers with a product below 2^53.`);
  expect(
    Array.isArray(offsets) && offsets.length === 2 && offsets.every(isOffset),
    SCOPE,
    () => `data_offsets ${of()} must be two offsets.`,
  );
  const [begin, end] = offsets as [number, number]; // two safe integers, by the line above
  expect(
    begin <= end && end <= dataLength,
    SCOPE,
    () => `the data ${of()} lie at ${begin}…${end}, outside the ${dataLength} bytes there are.`,
  );
  const wanted = count * weightTypes[dtype].bytes;
  expect(end - begin === wanted, SCOPE, () => `the data ${of()} take ${end - begin} bytes; its shape and dtype need ${wanted}.`);
  return { name, dtype, shape: shape as number[], begin: dataStart + begin, end: dataStart + end }; // sizes are integers: countElements said so
}

/** Every byte belongs to exactly one tensor: no overlap, no gap, nothing left at the end (as the reference demands). */
function checkCoverage(entries: readonly SafetensorsEntry[], dataStart: number, size: number): void {
  let position = dataStart;
  for (const { begin, end, name } of entries) {
    expect(begin >= position, SCOPE, () => `the data of tensor "${brief(name)}" overlap those of another.`);
    expect(begin === position, SCOPE, () => `${begin - position} bytes before tensor "${brief(name)}" belong to nothing.`);
    position = end;
  }
  expect(position === size, SCOPE, `${size - position} bytes at the end belong to no tensor.`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isOffset = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const brief = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
