/** A package that decodes a format is missing, which is no fault of the one image. */
export class DecoderMissing extends Error {
  override readonly name = "DecoderMissing";
}
