import { expect } from "../errors.ts";
import type { NumpyType } from "../pickle/numpy-names.ts";

/** What the header of an .npy file says. */
export interface NpyHeader extends NumpyType {
  readonly shape: readonly number[];
  /** Whether the first index changes fastest. */
  readonly isFortran: boolean;
  /** The first byte of the data. */
  readonly dataStart: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** numpy's own limit (max_header_size). */
const MAX_HEADER = 10_000;
const MAX_RANK = 64;

/** Element types by numpy's kind and size in bytes. */
const TYPES = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"];
const REFUSED_KINDS: Readonly<Record<string, string>> = {
  O: "objects, which can only be read by running what is in the file",
  S: "text",
  U: "text",
  V: "records",
  M: "dates",
  m: "durations",
  c: "complex numbers",
};

export function isNpy(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the header of an .npy file (versions 1 to 3); the data must fill the rest of the file exactly.
 *
 * @throws UsageError if it is damaged, does not fit the file, or tells of anything but plain numbers.
 * @see numpy/lib/format.py, "Format Version 1.0" to "3.0".
 */
export function readNpyHeader(bytes: Uint8Array, scope: string): NpyHeader {
  expect(isNpy(bytes), scope, "an .npy file begins with \\x93NUMPY. This is no .npy file, or it is truncated.");
  expect(bytes.length >= 12, scope, "the header is truncated.");
  const major = bytes[6];
  expect(major >= 1 && major <= 3, scope, `the format's version must be 1, 2 or 3; got ${major}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [length, start] = major === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  expect(length <= MAX_HEADER, scope, `the header may take ${MAX_HEADER} bytes; it claims ${length}.`);
  expect(start + length <= bytes.length, scope, `the header claims ${length} bytes; ${bytes.length - start} follow.`);
  const text = String.fromCharCode(...bytes.subarray(start, start + length));
  const fields = parseHeader(text, scope);
  const { type, isBigEndian } = typeOf(fields.descr, scope);
  const shape = shapeOf(fields.shape, scope);
  const wanted = shape.reduce((product, size) => product * size, Number(type.slice(1)));
  expect(Number.isSafeInteger(wanted), scope, `an array takes less than 2^53 bytes; got shape ${fields.shape.slice(0, 80)}.`);
  const given = bytes.length - start - length;
  expect(
    wanted === given,
    scope,
    `${given} bytes of data follow; shape (${shape.join(", ")}) and type ${fields.descr} need ${wanted}.`,
  );
  return { type, shape, isBigEndian, isFortran: fields.fortran_order === "True", dataStart: start + length };
}

type HeaderFields = Readonly<Record<"descr" | "fortran_order" | "shape", string>>;
const FIELD = /\s*(['"])(descr|fortran_order|shape)\1\s*:\s*(?:'([^']*)'|"([^"]*)"|(True|False)|(\([\d\s,L]*\)))\s*(?:,|(?=\}))/y;

const RECORDS = /descr['"]\s*:\s*\[/;

/** The dict of a header, of its three fields and nothing else; an expression is never evaluated. */
function parseHeader(text: string, scope: string): HeaderFields {
  const start = /^\s*\{/.exec(text)?.[0].length;
  expect(start !== undefined, scope, "the header must be a dict.");
  expect(!RECORDS.test(text), scope, "the array holds records, which are no plain numbers; they are not read.");
  const fields = new Map<string, string>();
  FIELD.lastIndex = start;
  let end = start;
  for (let match = FIELD.exec(text); match; match = FIELD.exec(text)) {
    const [, , key, single, double, flag, tuple] = match;
    expect(!fields.has(key), scope, `the header says "${key}" twice.`);
    const isRight =
      key === "descr" ? (single ?? double) !== undefined : key === "shape" ? tuple !== undefined : flag !== undefined;
    expect(isRight, scope, `the header's "${key}" is damaged.`);
    fields.set(key, single ?? double ?? flag ?? tuple);
    end = FIELD.lastIndex;
  }
  const isWhole = fields.size === 3 && /^\s*\}\s*$/.test(text.slice(end));
  expect(isWhole, scope, "the header must hold descr, fortran_order and shape, and nothing else.");
  return Object.fromEntries(fields) as HeaderFields; // three fields of three known names
}

function typeOf(descr: string, scope: string): NumpyType {
  const [, order, kind, size] = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(descr) ?? [];
  const refused = REFUSED_KINDS[kind];
  expect(!refused, scope, `the array holds ${refused} (dtype ${descr.slice(0, 40)}); only plain numbers are read.`);
  const type = `${kind}${size}`;
  expect(TYPES.includes(type), scope, () => `the dtype must be one of ${TYPES.join(", ")}; got "${descr.slice(0, 40)}".`);
  return { type, isBigEndian: order === ">" };
}

/** "(3, 4)", "(3,)" or "()"; Python 2 wrote "(3L, 4L)". */
function shapeOf(tuple: string, scope: string): number[] {
  const parts = tuple
    .slice(1, -1)
    .split(",")
    .map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const isTuple = parts.every((part) => /^\d{1,16}L?$/.test(part)) && parts.length <= MAX_RANK;
  expect(isTuple, scope, `the shape must be a tuple of at most ${MAX_RANK} sizes; got ${tuple.slice(0, 60)}.`);
  return parts.map((part) => Number.parseInt(part, 10));
}
