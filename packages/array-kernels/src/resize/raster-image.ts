import { expect } from "repro-kit";

export type PixelArray = Uint8Array | Float32Array | Float64Array;

/** An image as rows of pixels, the channels of a pixel side by side: data[(y · width + x) · channels + c]. */
export interface RasterImage<A extends PixelArray = PixelArray> {
  readonly data: A;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Largest number of pixels on a side; what a 32-bit index can hold with room to spare. */
const maxSide = 2 ** 20;

/** Checks an image: whole sizes, a data array of matching length, and finite values. */
export function checkImage(scope: string, image: RasterImage): void {
  const { data, height, width, channels } = image;
  const isPixelArray = data instanceof Uint8Array || data instanceof Float32Array || data instanceof Float64Array;
  expect(isPixelArray, scope, "expected image.data to be a Uint8Array, Float32Array or Float64Array. Convert the pixels first.");
  checkTarget(scope, { height, width });
  expect(
    Number.isSafeInteger(channels) && channels >= 1,
    scope,
    `expected channels to be a whole number from 1; got ${channels}.`,
  );
  const length = height * width * channels;
  const shape = `${height}×${width}×${channels}`;
  expect(
    data.length === length,
    scope,
    () => `expected ${shape} = ${length} values; got ${data.length}. Check height and width.`,
  );
  if (data instanceof Uint8Array) return;
  const bad = data.findIndex((value) => !Number.isFinite(value));
  expect(bad < 0, scope, () => `expected finite pixels; got ${data[bad]} at index ${bad}. Replace such pixels first.`);
}

/** Checks a height and a width that are asked for. */
export function checkTarget(scope: string, { height, width }: { readonly height: number; readonly width: number }): void {
  for (const [name, size] of Object.entries({ height, width })) {
    const isSide = Number.isSafeInteger(size) && size >= 1 && size <= maxSide;
    expect(isSide, scope, `expected ${name} to be a whole number from 1 to ${maxSide}; got ${size}.`);
  }
}

/** A new array of the kind of `like`. */
export function allocateLike<A extends PixelArray>(like: A, length: number): A {
  const data =
    like instanceof Uint8Array
      ? new Uint8Array(length)
      : like instanceof Float32Array
        ? new Float32Array(length)
        : new Float64Array(length);
  return data as PixelArray as A; // built from the same constructor as `like`
}
