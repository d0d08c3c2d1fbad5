import { type RasterImage, type ResizeFilter, resizeImage } from "array-kernels";

interface FrameSize {
  readonly height: number;
  readonly width: number;
}

/**
 * How a picture comes to a size of another shape: the middle is cut out (the reference tool's `center-crop`), a band of full
 * width is cut out and laid on a black square (its `center-crop-wide`), it is stretched, or it is padded with black.
 */
export type FrameTransform = "center-crop" | "center-crop-wide" | "stretch" | "pad";

export const FRAME_TRANSFORMS: readonly FrameTransform[] = ["center-crop", "center-crop-wide", "stretch", "pad"];

export interface FrameImageOptions extends FrameSize {
  readonly transform: FrameTransform;
  readonly filter: ResizeFilter;
}

/** Brings a picture to a size; undefined where "center-crop-wide" finds it too small, which the reference tool drops. */
export function frameImage(
  image: RasterImage<Uint8Array>,
  { height, width, transform, filter }: FrameImageOptions,
): RasterImage<Uint8Array> | undefined {
  const resize = (part: RasterImage<Uint8Array>, to: FrameSize): RasterImage<Uint8Array> =>
    part.height === to.height && part.width === to.width
      ? part
      : resizeImage(part, { height: to.height, width: to.width, filter }); // spread, Node 20 makes a hidden class for each object
  if (transform === "stretch") return resize(image, { height, width });
  if (transform === "center-crop") return resize(cropMiddle(image, cropOf(image, { height, width })), { height, width });
  if (transform === "pad") {
    const scale = Math.min(height / image.height, width / image.width);
    const sides = { height: side(image.height * scale, height), width: side(image.width * scale, width) };
    return onBlack(resize(image, sides), { height, width });
  }
  const bandHeight = roundHalfToEven((width * image.height) / image.width);
  if (image.width < width || bandHeight < height) return undefined;
  const band = cropRows(image, Math.floor((image.height - bandHeight) / 2), Math.floor((image.height + bandHeight) / 2));
  return onBlack(resize(band, { height, width }), { height: width, width });
}

const side = (exact: number, most: number): number => Math.max(1, Math.min(most, Math.round(exact)));

/** Python's rounding: halves go to the even neighbour. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
}

/** The largest part of the picture that has the shape of the size. */
function cropOf(image: FrameSize, { height, width }: FrameSize): FrameSize {
  const scale = Math.min(image.height / height, image.width / width);
  return { height: side(height * scale, image.height), width: side(width * scale, image.width) };
}

/** Rows (h − c) div 2 to (h + c) div 2, and columns likewise, as the reference tool counts them. */
function cropMiddle(image: RasterImage<Uint8Array>, { height, width }: FrameSize): RasterImage<Uint8Array> {
  const rows = cropRows(image, Math.floor((image.height - height) / 2), Math.floor((image.height + height) / 2));
  const left = Math.floor((image.width - width) / 2);
  const right = Math.floor((image.width + width) / 2);
  if (right - left === image.width) return rows;
  const rowBytes = (right - left) * image.channels;
  const data = new Uint8Array(rows.height * rowBytes);
  for (let y = 0; y < rows.height; y++) {
    const from = (y * image.width + left) * image.channels;
    data.set(rows.data.subarray(from, from + rowBytes), y * rowBytes);
  }
  return { data, height: rows.height, width: right - left, channels: image.channels };
}

function cropRows(image: RasterImage<Uint8Array>, top: number, bottom: number): RasterImage<Uint8Array> {
  const [from, to] = [Math.max(0, top), Math.min(image.height, bottom)];
  const rowBytes = image.width * image.channels;
  const data = image.data.subarray(from * rowBytes, to * rowBytes);
  return { data, height: to - from, width: image.width, channels: image.channels };
}

function onBlack(image: RasterImage<Uint8Array>, { height, width }: FrameSize): RasterImage<Uint8Array> {
  if (image.height === height && image.width === width) return image;
  const { channels } = image;
  const [top, left] = [Math.floor((height - image.height) / 2), Math.floor((width - image.width) / 2)];
  const data = new Uint8Array(height * width * channels);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * channels, (y + 1) * image.width * channels);
    data.set(row, ((y + top) * width + left) * channels);
  }
  return { data, height, width, channels };
}
