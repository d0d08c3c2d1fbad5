import type { RasterImage } from "array-kernels";
import { expect, UsageError } from "repro-kit";
import { DecoderMissing } from "./decoder-missing.ts";

const SCOPE = "importImages";
const PREAMBLE = 128;

/** Whether the bytes are a DICOM file: "DICM" after the preamble. */
export const isDicom = (bytes: Uint8Array): boolean =>
  bytes.length > PREAMBLE + 4 && String.fromCharCode(...bytes.subarray(PREAMBLE, PREAMBLE + 4)) === "DICM";

type Dicom = typeof import("dcmjs-imaging");

/**
 * The pixels of a DICOM picture and nothing else of it: no name, date or number of the patient goes anywhere. Grey values pass
 * the modality's rescaling and its window and level or VOI table, as the file says (without one: from the least to the largest
 * value), inverted where small values are white; colour as it is. Overlays are not drawn.
 *
 * @throws UsageError if it is damaged, has several frames, or says that patient data are burned into the picture.
 * @throws DecoderMissing if dcmjs-imaging is not installed.
 * @see DICOM PS3.3 C.11 (modality and VOI LUT), C.7.6.3 (image pixel).
 */
export async function decodeDicom(bytes: Uint8Array, maxPixels: number): Promise<RasterImage<Uint8Array>> {
  const { DicomImage } = await loadDicom();
  try {
    const image = new DicomImage(bytes.slice().buffer);
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
    const isGrey = /^MONOCHROME/.test(String(image.getElement("PhotometricInterpretation") ?? ""));
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
    await dicom.NativePixelDecoder.initializeAsync();
    return dicom;
  })();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}
