import {
  centerCrop,
  type RasterImage,
  type ResizeFilter,
  resizeImage,
  resizeShorterSide,
  resizeTensorflow1,
  resizeTorch,
} from "array-kernels";
import type { WeightFile, WeightTensor } from "tfjs-train";
import { absolute } from "../compare.ts";
import type { Deviation, GoldenFile, GoldenKind } from "../golden-kind.ts";

/** Tolerances of golden/eval/README.md; pixels are on a scale of 0 to 255. */
const EXACT = 0;
const FLOAT_TOLERANCE = 1e-4; // PIL "F" and torch area
const SAMPLED_TOLERANCE = 5e-3; // torch bilinear and bicubic, TF1: the references compute coordinates in float32

const FILTERS: readonly ResizeFilter[] = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"];

type Size = readonly [height: number, width: number];
type PillowCase = { readonly case: number | string; readonly in_hw: Size; readonly out_hw: Size };
type TorchvisionCase = { readonly tv: string; readonly out_hw: Size };
type Entry = PillowCase | TorchvisionCase;

const isSize = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((side) => Number.isSafeInteger(side));

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null || !("out_hw" in value) || !isSize(value.out_hw)) return false;
  return "tv" in value ? typeof value.tv === "string" : "case" in value && "in_hw" in value && isSize(value.in_hw);
}

function entriesOf({ json }: GoldenFile): readonly Entry[] {
  if (typeof json !== "object" || json === null || !("cases" in json) || !Array.isArray(json.cases)) return [];
  return json.cases.length > 0 && json.cases.every(isEntry) ? json.cases : [];
}

const inputKey = (entry: Entry): string => ("tv" in entry ? "tv.in" : `${entry.case}.in_rgb_u8`);

/** Whether a file holds the inputs of all cases, in the sizes that they name. */
function belongs({ tensors }: GoldenFile, entries: readonly Entry[]): boolean {
  return entries.every((entry) => {
    const input = tensors?.tensors[inputKey(entry)];
    return input !== undefined && ("tv" in entry || (input.shape[0] === entry.in_hw[0] && input.shape[1] === entry.in_hw[1]));
  });
}

function bytesImage({ data, shape }: WeightTensor): RasterImage<Uint8Array> {
  if (!(data instanceof Uint8Array)) throw new Error("the input of a uint8 case is not U8.");
  return { data, height: shape[0], width: shape[1], channels: shape[2] ?? 1 };
}

function floatImage({ data, shape }: WeightTensor): RasterImage<Float32Array> {
  return { data: Float32Array.from(data as ArrayLike<number>), height: shape[0], width: shape[1], channels: shape[2] ?? 1 }; // U8 or F32
}

/** Every `stride`-th row and column, as [height, width, channels] or [channels, height, width]. */
function thin({ data, height, width, channels }: RasterImage, stride: number, planar: boolean): number[] {
  const kept: number[] = [];
  const rows = Math.ceil(height / stride);
  const columns = Math.ceil(width / stride);
  const value = (y: number, x: number, c: number): number => data[(y * stride * width + x * stride) * channels + c];
  if (planar)
    for (let c = 0; c < channels; c++) for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) kept.push(value(y, x, c));
  else
    for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) for (let c = 0; c < channels; c++) kept.push(value(y, x, c));
  return kept;
}

/** The stride at which an output of this size was stored: the only one that gives the stored shape, or the one that its case names. */
function strideOf([height, width]: Size, rows: number, columns: number, preferred: readonly number[]): number {
  const fits = (stride: number): boolean => Math.ceil(height / stride) === rows && Math.ceil(width / stride) === columns;
  const strides = [1, ...preferred, ...Array.from({ length: Math.max(height, width) }, (_, k) => k + 2)];
  const stride = strides.find(fits);
  if (stride === undefined) throw new Error(`no stride takes ${height}×${width} to the stored ${rows}×${columns}.`);
  return stride;
}

/** Ours for a key of a case, the tolerance, and whether the reference is [channels, height, width]. */
function resizeFor(
  name: string,
  [height, width]: Size,
  bytes: RasterImage<Uint8Array>,
  grey: RasterImage<Float32Array> | undefined,
) {
  const [, filter, type] = /^(\w+)\.(rgb_u8|f32)$/.exec(name) ?? [];
  const pillow = FILTERS.find((known) => known === filter);
  if (pillow && type === "rgb_u8")
    return { ours: resizeImage(bytes, { height, width, filter: pillow }), tolerance: EXACT, planar: false };
  if (pillow && grey)
    return { ours: resizeImage(grey, { height, width, filter: pillow }), tolerance: FLOAT_TOLERANCE, planar: false };

  const colour = { ...bytes, data: Float32Array.from(bytes.data) };
  if (name === "tf1_bilinear")
    return { ours: resizeTensorflow1(colour, { height, width }), tolerance: SAMPLED_TOLERANCE, planar: true };
  const [, mode, suffix] = /^torch_(area|nearest|bilinear|bicubic)((?:_aa|_ac)*)$/.exec(name) ?? [];
  if (mode === "area" || mode === "nearest") {
    return { ours: resizeTorch(colour, { height, width, mode }), tolerance: FLOAT_TOLERANCE, planar: true };
  }
  if (mode === "bilinear" || mode === "bicubic") {
    const options = { height, width, mode, antialias: suffix.includes("_aa"), alignCorners: suffix.includes("_ac") } as const;
    return { ours: resizeTorch(colour, options), tolerance: SAMPLED_TOLERANCE, planar: true };
  }
  throw new Error(`no reader for the key "${name}".`);
}

function checkPillowCase({ case: index, out_hw }: PillowCase, { tensors }: WeightFile): Deviation[] {
  const prefix = `${index}.`;
  const bytes = bytesImage(tensors[`${prefix}in_rgb_u8`]);
  const grey = tensors[`${prefix}in_f32`] && floatImage(tensors[`${prefix}in_f32`]);
  const keys = Object.keys(tensors).filter((key) => key.startsWith(prefix) && !key.startsWith(`${prefix}in_`));
  const named = keys.flatMap((key) => /_s(\d+)$/.exec(key)?.[1] ?? []).map(Number);
  return keys.sort().map((key) => {
    const { data, shape } = tensors[key];
    const name = key.slice(prefix.length).replace(/_s\d+$/, "");
    const { ours, tolerance, planar } = resizeFor(name, out_hw, bytes, grey);
    const [rows, columns] = planar ? shape.slice(1) : shape;
    return absolute(name, thin(ours, strideOf(out_hw, rows, columns, named), planar), data as ArrayLike<number>, tolerance); // U8 or F32
  });
}

/** torchvision's steps in the words of the name: resizeN, then a crop whose size is that of the output. */
function checkTorchvisionCase({ tv: name, out_hw }: TorchvisionCase, { tensors }: WeightFile): Deviation[] {
  const input = bytesImage(tensors["tv.in"]);
  const [height, width] = out_hw;
  const [, first, second] = /resize_?(\d+)(?:x(\d+))?/.exec(name) ?? [];
  const filter = FILTERS.find((known) => name.includes(known)) ?? "bilinear";
  const isCrop = /center|crop/.test(name);
  if (first === undefined && !isCrop) throw new Error(`no reader for the torchvision case "${name}".`);
  const resize = (): RasterImage<Uint8Array> =>
    second === undefined
      ? resizeShorterSide(input, { size: Number(first), filter })
      : resizeImage(input, { height: Number(first), width: Number(second), filter });
  const resized = first === undefined ? input : resize();
  const ours = isCrop ? centerCrop(resized, { height, width }) : resized;
  const { data, shape } = tensors[`tv.${name}`];
  const stride = strideOf(out_hw, shape[0], shape[1], []);
  return [
    absolute("size", [ours.height, ours.width], out_hw, EXACT),
    absolute("pixels", thin(ours, stride, false), data as ArrayLike<number>, EXACT), // U8
  ];
}

/** Pillow's, torch's, TensorFlow 1's and torchvision's resizing, as golden/eval/README.md (resize) describes the numbers. */
export const resize: GoldenKind = {
  name: "resize",
  find: ({ files }) =>
    files.flatMap((file) => {
      const entries = entriesOf(file);
      const stem = file.path.replace(/\.json$/, "");
      const candidates = files.filter((other) => other.tensors !== undefined && entries.length > 0 && belongs(other, entries));
      const companion = candidates.find((other) => other.path === `${stem}.safetensors`) ?? candidates[0];
      if (companion?.tensors === undefined) return [];
      const { tensors } = companion;
      const cases = entries.map((entry) =>
        "tv" in entry
          ? { name: `torchvision ${entry.tv}`, check: () => checkTorchvisionCase(entry, tensors) }
          : {
              name: `case ${entry.case}, ${entry.in_hw.join("×")} to ${entry.out_hw.join("×")}`,
              check: () => checkPillowCase(entry, tensors),
            },
      );
      return [{ files: [file, companion], cases }];
    }),
};
