import type * as tf from "@tensorflow/tfjs-core";
import { createInceptionExtractor, type ImageArray, type InceptionModeName, type InceptionTap } from "fid-metrics";
import { ready, type WeightFile, type WeightTensor } from "tfjs-train";
import { absolute, scaled } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenKind } from "../golden-kind.ts";
import { type RecipeTensor, recipeValues, recipeWeights } from "../recipe-weights.ts";
import { ACTIVATIONS, compareActivation, numbers } from "./activation-summary.ts";

/** Tolerances of golden/eval/README.md. */
const SAMPLED = 5e-3; // torch and TF1 bilinear on 0..255: the references compute coordinates in float32
const PILLOW_FLOAT = 1e-4; // PIL "F" on 0..255
const SUMS = 1e-12; // of the sum of magnitudes: the order of float64 additions

/** How the tensors of a reference begin, its mode here, and how its stored input relates to the network's. */
const MODES: readonly {
  readonly prefix: string;
  readonly mode: InceptionModeName;
  readonly resized?: {
    readonly key: string;
    readonly layout: "NCHW" | "NHWC";
    readonly scale: number;
    readonly offset: number;
    readonly tolerance: number;
  };
}[] = [
  {
    prefix: "pytorchfid",
    mode: "pytorch-fid",
    resized: { key: "resized_0_1", layout: "NCHW", scale: 0.5, offset: 0.5, tolerance: SAMPLED / 255 },
  },
  {
    prefix: "tf",
    mode: "torch-fidelity",
    resized: { key: "resized_rows", layout: "NCHW", scale: 128, offset: 128, tolerance: SAMPLED },
  },
  { prefix: "tf64", mode: "torch-fidelity" },
  {
    prefix: "cleanfid",
    mode: "clean-fid",
    resized: { key: "resized", layout: "NHWC", scale: 128, offset: 128, tolerance: PILLOW_FLOAT },
  },
  { prefix: "cleanfid_legacy_pytorch", mode: "clean-fid-legacy-pytorch" },
  { prefix: "cleanfid_legacy_tensorflow", mode: "clean-fid-legacy-tensorflow" },
];

interface ManifestTensor extends RecipeTensor {
  readonly sum: number;
  readonly abs_sum: number;
  readonly first: number;
  readonly last: number;
}
interface Manifest {
  readonly seed: number;
  readonly tensors: readonly ManifestTensor[];
}

function manifestOf({ json }: GoldenFile): Manifest | undefined {
  if (typeof json !== "object" || json === null || !("seed" in json) || !("tensors" in json) || !Array.isArray(json.tensors))
    return;
  const isInception = json.tensors.some((tensor) => tensor?.name === "Conv2d_1a_3x3.conv.weight" && "abs_sum" in tensor);
  return isInception ? (json as Manifest) : undefined; // its first field names are those of the README
}

function checkRecipe({ seed, tensors }: Manifest): Deviation[] {
  const worst = { ends: 0, sums: 0 };
  for (const tensor of tensors) {
    const values = recipeValues(tensor, { seed });
    let [sum, magnitude] = [0, 0];
    for (const value of values) {
      sum += value;
      magnitude += Math.abs(value);
    }
    worst.ends = Math.max(worst.ends, Math.abs(values[0] - tensor.first), Math.abs((values.at(-1) ?? Number.NaN) - tensor.last));
    worst.sums = Math.max(worst.sums, Math.abs(sum - tensor.sum) / magnitude, Math.abs(magnitude / tensor.abs_sum - 1));
  }
  return [
    { what: "first and last values", error: worst.ends, tolerance: 0 },
    { what: "sums", error: worst.sums, tolerance: SUMS },
  ];
}

/** Taps, and for the reference that stores them the blocks and the resized input. */
async function checkMode(
  weights: WeightFile,
  { tensors }: WeightFile,
  { prefix, mode, resized }: (typeof MODES)[number],
): Promise<Deviation[]> {
  await ready();
  const extractor = createInceptionExtractor({ weights, mode });
  try {
    const images = imagesOf(tensors.input_uint8_nhwc);
    const deviations: Deviation[] = [];
    const taps = extractor.taps.filter((tap) => `${prefix}.${tap}` in tensors);
    const features = await extractor.extractTaps(images, taps.length > 0 ? taps : [extractor.taps[0]]);
    for (const tap of taps)
      deviations.push(
        scaled(`tap ${tap}`, features[tap as InceptionTap].data, numbers(tensors[`${prefix}.${tap}`]), ACTIVATIONS),
      );
    const input = resized && tensors[`${prefix}.${resized.key}`];
    if (resized && input) {
      const ours = thinnedInput(extractor.prepareInput(images), input, resized.layout);
      deviations.push(
        absolute(
          resized.key,
          ours.map((value) => value * resized.scale + resized.offset),
          numbers(input),
          resized.tolerance,
        ),
      );
    }
    if (Object.keys(tensors).some((key) => key.startsWith(`${prefix}.block.`)))
      extractor.visitBlocks(images, (name, activation) => {
        deviations.push(...compareActivation(`${prefix}.block.${name}`, name, activation, tensors));
      });
    return deviations;
  } finally {
    extractor.dispose();
  }
}

const imagesOf = ({ data, shape: [count, height, width, channels] }: WeightTensor): ImageArray => {
  if (!(data instanceof Uint8Array)) throw new Error("input_uint8_nhwc is not U8.");
  return { data, count, height, width, channels };
};

/** Every k-th row and column of [batch, 299, 299, 3], in the layout of the reference; k is the one that gives its shape. */
function thinnedInput(input: tf.Tensor4D, { shape }: WeightTensor, layout: "NCHW" | "NHWC"): number[] {
  const [count, height, width, channels] = input.shape;
  const values = input.dataSync();
  input.dispose();
  const rows = layout === "NCHW" ? shape[2] : shape[1];
  const stride = Math.ceil(height / rows);
  const kept: number[] = [];
  const read = (n: number, y: number, x: number, c: number): number => values[((n * height + y) * width + x) * channels + c];
  for (let n = 0; n < count; n++)
    if (layout === "NCHW")
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < height; y += stride) for (let x = 0; x < width; x += stride) kept.push(read(n, y, x, c));
    else
      for (let y = 0; y < height; y += stride)
        for (let x = 0; x < width; x += stride) for (let c = 0; c < channels; c++) kept.push(read(n, y, x, c));
  return kept;
}

/** FID Inception v3 with recipe weights against torch-fidelity, pytorch-fid and clean-fid. */
export const inception: GoldenKind = {
  name: "inception",
  find({ files }) {
    const manifestFile = files.find(manifestOf);
    const manifest = manifestFile && manifestOf(manifestFile);
    if (!manifest) return [];
    let weights: WeightFile | undefined;
    const made = (): WeightFile => {
      weights ??= recipeWeights(manifest.tensors, { seed: manifest.seed });
      return weights;
    };
    const matches = files.flatMap((file) => {
      const { tensors } = file;
      if (!tensors || !("input_uint8_nhwc" in tensors.tensors)) return [];
      const [count, height, width] = tensors.tensors.input_uint8_nhwc.shape;
      const present = MODES.filter(({ prefix }) => Object.keys(tensors.tensors).some((key) => key.startsWith(`${prefix}.`)));
      const cases = present.map(
        (mode): GoldenCase => ({
          name: `${mode.prefix}, ${count} images of ${height}×${width}`,
          check: () => checkMode(made(), tensors, mode),
        }),
      );
      return cases.length > 0 ? [{ files: [file], cases }] : [];
    });
    return [{ files: [manifestFile], cases: [{ name: "weights by recipe", check: () => checkRecipe(manifest) }] }, ...matches];
  },
};
