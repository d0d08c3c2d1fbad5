import { expect } from "repro-kit";

const SCOPE = "importImages";
/** Syntaxes whose pixels stand as they are, low byte first: implicit and explicit VR, and explicit VR deflated as a whole. */
const PLAIN_SYNTAXES = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"];

/** What is asked of a DICOM file: its elements by keyword. */
export interface DicomElements {
  getElement(keyword: string): unknown;
  getTransferSyntaxUid(): string | undefined;
}

/** Whether grey values go through a table of values of interest, and no window stands beside it, which would be taken first. */
export function hasVoiTable(image: DicomElements): boolean {
  return image.getElement("VOILUTSequence") !== undefined && image.getElement("WindowCenter") === undefined;
}

/**
 * Grey levels 0 to 255 of a monochrome picture through its VOI table: y = table[x · slope + intercept − first] / (2^bits − 1) · 255,
 * the ends of the table beyond it, inverted where small values are white.
 *
 * @param count - Number of pixels.
 * @throws UsageError where the pixels are packed or the table is damaged.
 * @see DICOM PS3.3 C.11.2.1.1 (VOI LUT), C.11.1 (rescale).
 */
export function applyVoiTable(image: DicomElements, count: number): Uint8Array {
  const number = (keyword: string, otherwise: number): number => Number(image.getElement(keyword) ?? otherwise);
  const isPlain = PLAIN_SYNTAXES.includes(image.getTransferSyntaxUid() ?? "");
  expect(isPlain, SCOPE, "DICOM files with a VOI table and packed pixels are not read. Save it uncompressed, or as PNG.");
  const isSigned = number("PixelRepresentation", 0) === 1;
  const { table, first, white } = readTable(image, isSigned);
  const bytes = bytesOf(image.getElement("PixelData"));
  const allocated = number("BitsAllocated", 16);
  expect(
    allocated === 8 || allocated === 16,
    SCOPE,
    `the DICOM file has ${allocated} bits a pixel; with a VOI table 8 or 16 are read.`,
  );
  expect(bytes.length >= (count * allocated) / 8, SCOPE, "the DICOM file is truncated: its picture is cut short.");
  const stored = number("BitsStored", allocated);
  const shift = number("HighBit", stored - 1) + 1 - stored;
  const [slope, intercept] = [number("RescaleSlope", 1), number("RescaleIntercept", 0)];
  const isInverted = image.getElement("PhotometricInterpretation") === "MONOCHROME1";
  const grey = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const word = allocated === 8 ? bytes[i] : bytes[2 * i] | (bytes[2 * i + 1] << 8);
    const bits = (word >> shift) & (2 ** stored - 1);
    const value = (isSigned && bits >= 2 ** (stored - 1) ? bits - 2 ** stored : bits) * slope + intercept;
    const entry = Math.max(0, Math.min(table.length - 1, Math.round(value) - first));
    const level = Math.round((table[entry] / white) * 255);
    grey[i] = isInverted ? 255 - level : level;
  }
  return grey;
}

interface VoiTable {
  readonly table: Uint16Array;
  /** The value that the first entry stands for. */
  readonly first: number;
  /** The table's white, 2^bits − 1. */
  readonly white: number;
}

function readTable(image: DicomElements, isSigned: boolean): VoiTable {
  const sequence = image.getElement("VOILUTSequence");
  const item = (Array.isArray(sequence) ? sequence[0] : sequence) as { LUTDescriptor?: unknown; LUTData?: unknown } | undefined; // checked below
  const descriptor = item?.LUTDescriptor;
  const isDescriptor = Array.isArray(descriptor) && descriptor.length === 3 && descriptor.every(Number.isInteger);
  expect(isDescriptor, SCOPE, "the DICOM file's VOI table is damaged: it has no descriptor.");
  const [entries, first, bits] = [descriptor[0] || 65536, descriptor[1], descriptor[2]];
  const data = item?.LUTData;
  const isNumbers = Array.isArray(data) && data.every((entry) => typeof entry === "number");
  const bytes = isNumbers ? undefined : bytesOf(data);
  const isNarrow = bytes !== undefined && bytes.length < 2 * entries; // entries of 8 bits may stand in a byte each
  const table = Uint16Array.from({ length: entries }, (_, i) =>
    isNumbers ? data[i] : bytes === undefined ? 0 : isNarrow ? bytes[i] : bytes[2 * i] | (bytes[2 * i + 1] << 8),
  );
  const length = isNumbers ? data.length : (bytes?.length ?? 0);
  expect(
    bits >= 8 && bits <= 16 && length >= entries,
    SCOPE,
    `the DICOM file's VOI table is damaged: ${entries} entries of ${bits} bits.`,
  );
  return { table, first: isSigned && first >= 32768 ? first - 65536 : first, white: 2 ** bits - 1 };
}

/** The bytes of an element of binary values, which the parser gives as a list of one buffer. */
function bytesOf(element: unknown): Uint8Array {
  const buffer = Array.isArray(element) ? element[0] : element;
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  return buffer instanceof Uint8Array ? buffer : new Uint8Array(0);
}
