import { createRequire } from "node:module";
import type { RasterImage } from "array-kernels";
import { expect, UsageError } from "repro-kit";
import { DecoderMissing } from "./decoder-missing.ts";
import { applyVoiTable, hasVoiTable } from "./dicom-voi-table.ts";

const SCOPE = "importImages";
const PREAMBLE = 128;
const RLE = "1.2.840.10008.1.2.5";
const DEFLATED = "1.2.840.10008.1.2.1.99";
/** Element (7FE0,0010), little and big endian. */
const PIXEL_DATA = [
  [0xe0, 0x7f, 0x10, 0x00],
  [0x7f, 0xe0, 0x00, 0x10],
] as const;
const UNDEFINED_LENGTH = 0xffffffff;
/** Item (FFFE,E0DD), which ends packed pixels. */
const SEQUENCE_END = [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0];

/** Whether the bytes are a DICOM file: "DICM" after the preamble. */
export const isDicom = (bytes: Uint8Array): boolean =>
  bytes.length > PREAMBLE + 4 && String.fromCharCode(...bytes.subarray(PREAMBLE, PREAMBLE + 4)) === "DICM";

type Dicom = typeof import("dcmjs-imaging");

/**
 * The pixels of a DICOM picture and nothing else of it: no name, date or number of the patient goes anywhere. Grey values pass
 * the modality's rescaling and its window and level, else its VOI table, as the file says (without either: from the least to the
 * largest value), inverted where small values are white; colour as it is. Overlays are not drawn.
 *
 * @throws UsageError if it is damaged, has several frames or a table of the modality, or says that patient data are burned into the picture.
 * @throws DecoderMissing if dcmjs-imaging is not installed.
 * @see DICOM PS3.3 C.11 (modality and VOI LUT), C.7.6.3 (image pixel).
 */
export async function decodeDicom(bytes: Uint8Array, maxPixels: number): Promise<RasterImage<Uint8Array>> {
  const { DicomImage } = await loadDicom();
  try {
    const image = new DicomImage(new Uint8Array(bytes).buffer);
    const [height, width] = [image.getHeight(), image.getWidth()];
    expect(height > 0 && width > 0, SCOPE, "the DICOM file holds no picture.");
    expect(
      height * width <= maxPixels,
      SCOPE,
      `the DICOM file claims ${height} × ${width} pixels; at most ${maxPixels} are read.`,
    );
    const frames = image.getNumberOfFrames();
    expect(frames === 1, SCOPE, `the DICOM file has ${frames} frames, not one picture. Export the frame that is wanted.`);
    const isBurned = String(image.getElement("BurnedInAnnotation") ?? "").toUpperCase() === "YES";
    expect(!isBurned, SCOPE, "the DICOM file says that annotations, perhaps patient data, are burned into its picture.");
    const number = (tag: string): number => Number(image.getElement(tag) ?? 1);
    const needed = (height * width * number("SamplesPerPixel") * number("BitsAllocated")) / 8;
    const syntax = image.getTransferSyntaxUid();
    // The library fills what is missing with zeros, which would pass for a black picture.
    expect(syntax === DEFLATED || holdsPixels(bytes, needed), SCOPE, "the DICOM file is truncated: its picture is cut short.");
    // dcmjs-codecs 0.0.8 takes the planes of such a picture for pixels.
    expect(
      syntax !== RLE || number("SamplesPerPixel") === 1,
      SCOPE,
      "colour pictures packed by run lengths (RLE) are not read. Save it uncompressed, as JPEG or as PNG.",
    );
    const isGrey = /^MONOCHROME/.test(String(image.getElement("PhotometricInterpretation") ?? ""));
    // dcmjs-imaging 0.2.5 knows rescaling and windows, no tables.
    const hasModalityTable = isGrey && image.getElement("ModalityLUTSequence") !== undefined;
    expect(!hasModalityTable, SCOPE, "DICOM files with a table of the modality are not read. Save it as PNG.");
    if (isGrey && hasVoiTable(image)) return { data: applyVoiTable(image, height * width), height, width, channels: 1 };
    const rgba = new Uint8Array(image.render({ renderOverlays: false }).pixels);
    expect(rgba.length === 4 * height * width, SCOPE, "the DICOM file is truncated: its picture is shorter than it says.");
    const channels = isGrey ? 1 : 3;
    const data = new Uint8Array(height * width * channels);
    for (let i = 0; i < height * width; i++) for (let c = 0; c < channels; c++) data[i * channels + c] = rgba[4 * i + c];
    return { data, height, width, channels };
  } catch (error) {
    if (UsageError.isInstance(error)) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).trim().split("\n")[0].replace(/\.$/, "");
    const refusal = new UsageError(`[${SCOPE}] the DICOM file is damaged or of a kind that is not read (${reason}).`);
    refusal.cause = error;
    throw refusal;
  }
}

let loading: Promise<Dicom> | undefined;

/** The library with its decoders of compressed pixels, set up once. */
function loadDicom(): Promise<Dicom> {
  loading ??= (async () => {
    const module = await import("dcmjs-imaging").catch(() => undefined); // an optional peer
    if (!module)
      throw new DecoderMissing(
        "a DICOM file needs the package dcmjs-imaging, which is not installed. Run: npm install dcmjs-imaging",
      );
    const dicom = ("default" in module ? module.default : module) as Dicom; // CommonJS
    dicom.log.setLevel("silent");
    // The parser below it prints a stack for every damaged file; a refusal says what is wanted.
    const require = createRequire(createRequire(import.meta.url).resolve("dcmjs-imaging"));
    (require("dcmjs") as { log: Dicom["log"] }).log.setLevel("silent");
    await dicom.NativePixelDecoder.initializeAsync();
    return dicom;
  })();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** Whether the element of the pixels lies in the file as long as it says and as long as the picture needs. */
function holdsPixels(bytes: Uint8Array, needed: number): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return PIXEL_DATA.some((tag, order) => {
    const lengthAt = (at: number): number => (order === 0 ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at));
    for (
      let at = buffer.indexOf(Buffer.from(tag));
      at >= 0 && at + 12 <= buffer.length;
      at = buffer.indexOf(Buffer.from(tag), at + 1)
    ) {
      const isExplicit = /^O[BW]\0\0$/.test(buffer.toString("latin1", at + 4, at + 8));
      const start = at + (isExplicit ? 12 : 8);
      const length = lengthAt(start - 4);
      if (isExplicit && length === UNDEFINED_LENGTH) {
        if (buffer.indexOf(Buffer.from(SEQUENCE_END), start) >= 0) return true;
      } else if (length >= needed && start + length <= buffer.length) return true;
    }
    return false;
  });
}
