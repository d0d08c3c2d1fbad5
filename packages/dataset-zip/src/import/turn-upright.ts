import type { RasterImage } from "array-kernels";

const ORIENTATION = 0x0112;
const SHORT = 3;

/** EXIF orientation, 1 to 8, of a PNG that is known to be sound: that of its eXIf chunk; 1 where there is none. */
export function pngOrientation(png: Uint8Array): number {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 12 <= png.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (type === "eXIf") return exifOrientation(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  return 1;
}

/** Orientation in a block of EXIF data (a TIFF header and its first directory); 1 where there is none or it makes no sense. */
export function exifOrientation(exif: Uint8Array): number {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  const order = String.fromCharCode(...exif.subarray(0, 4));
  const isLittle = order === "II*\0";
  if ((!isLittle && order !== "MM\0*") || exif.length < 8) return 1;
  const start = view.getUint32(4, isLittle);
  if (start + 2 > exif.length) return 1;
  for (let i = 0, count = view.getUint16(start, isLittle); i < count; i++) {
    const at = start + 2 + 12 * i;
    if (at + 12 > exif.length) return 1;
    if (view.getUint16(at, isLittle) !== ORIENTATION || view.getUint16(at + 2, isLittle) !== SHORT) continue;
    const value = view.getUint16(at + 8, isLittle);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/**
 * The picture as it is meant to be seen: 2 mirrored, 3 turned by 180°, 4 upside down in a mirror, 5 transposed, 6 to be turned by 90°
 * clockwise, 7 transposed over the other diagonal, 8 to be turned by 90° anticlockwise.
 *
 * @see Exif 2.32, tag 0112.
 */
export function turnUpright(image: RasterImage<Uint8Array>, orientation: number): RasterImage<Uint8Array> {
  if (orientation <= 1) return image;
  const { data, channels } = image;
  const isTransposed = orientation >= 5;
  const [height, width] = isTransposed ? [image.width, image.height] : [image.height, image.width];
  const isFromBottom = [3, 4, 7, 8].includes(orientation);
  const isFromRight = [2, 3, 6, 7].includes(orientation);
  const turned = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [row, column] = [isFromBottom ? height - 1 - y : y, isFromRight ? width - 1 - x : x];
      const from = (isTransposed ? column * image.width + row : row * image.width + column) * channels;
      for (let k = 0; k < channels; k++) turned[to++] = data[from + k];
    }
  return { data: turned, height, width, channels };
}
