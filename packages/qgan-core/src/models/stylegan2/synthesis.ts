import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { type Params, upsample2d } from "tfjs-train";
import { normalFill, type ParameterSpec } from "../parameter-spec.ts";
import { type ChannelOptions, channelsAt, checkArchitecture } from "./architecture.ts";
import { addMaps, convolutionLayer, convolutionSpecs, filterOf, resampleFilterSpec } from "./layers.ts";
import { type SynthesisNoise, synthesisLayer, synthesisLayerSpecs, toPixels, toPixelsSpecs } from "./synthesis-layer.ts";

export interface SynthesisOptions extends ChannelOptions {
  readonly styleSize: number;
  /** Largest magnitude of a convolution's result. */
  readonly clamp?: number;
}

export interface Synthesis extends SynthesisOptions {
  /** Styles that it takes: one for each layer. */
  readonly numStyles: number;
  /** Layers that take noise, first to last: name and side. */
  readonly noiseLayers: readonly { readonly name: string; readonly size: number }[];
  /** Names begin with `synthesis.`. */
  readonly parameters: readonly ParameterSpec[];
  /**
   * Images, [batch, imageSize, imageSize, channels], not bounded.
   *
   * @param styles - [batch, numStyles, styleSize].
   * @param watch - Is shown the features and, where there is one, the image after each resolution.
   */
  apply(params: Params, styles: tf.Tensor3D, options?: SynthesisRun): tf.Tensor4D;
}

export interface SynthesisRun {
  /** Default "const". */
  readonly noise?: SynthesisNoise;
  readonly watch?: (block: string, x: tf.Tensor4D, image: tf.Tensor4D | null) => void;
}

/** The layers at one resolution. */
interface Block {
  readonly name: string;
  readonly size: number;
  /** 0 at 4×4, which begins with a constant. */
  readonly inputs: number;
  readonly outputs: number;
  readonly hasPixels: boolean;
  /** Place of its first style. */
  readonly firstStyle: number;
}

/**
 * StyleGAN2's synthesis network: a learned 4×4 constant, then at each doubling two modulated convolutions, and images that add up
 * ("skip"), features that add up ("resnet"), or neither ("orig").
 *
 * @throws UsageError for sizes that no network can be built of.
 * @see Karras et al. 2019, arXiv:1912.04958, Sec. 2 and Fig. 7.
 */
export function createSynthesis(options: SynthesisOptions): Synthesis {
  const { imageSize, channels, architecture, styleSize, clamp } = options;
  const sizes = checkArchitecture(options);
  const blocks: Block[] = [];
  let firstStyle = 0;
  for (const size of sizes) {
    blocks.push({
      name: `synthesis.b${size}`,
      size,
      inputs: size === 4 ? 0 : channelsAt(options, size / 2),
      outputs: channelsAt(options, size),
      hasPixels: size === imageSize || architecture === "skip",
      firstStyle,
    });
    firstStyle += size === 4 ? 1 : 2;
  }
  const isResnet = architecture === "resnet";
  const layersOf = ({ name, inputs }: Block) => (inputs === 0 ? [`${name}.conv1`] : [`${name}.conv0`, `${name}.conv1`]);
  const numStyles = firstStyle + 1;

  const run = (params: Params, styles: tf.Tensor3D, { noise = "const", watch }: SynthesisRun): tf.Tensor4D => {
    const [batch, count] = styles.shape;
    expect(count === numStyles, "stylegan2", `the network takes ${numStyles} styles for each image; got ${count}.`);
    const rows = tf.unstack(styles, 1) as tf.Tensor2D[]; // [batch, styleSize] each
    let x = constantOf(params, batch);
    let image: tf.Tensor4D | null = null;
    for (const block of blocks) {
      const { name, hasPixels, inputs } = block;
      let next = block.firstStyle;
      if (inputs === 0) {
        x = synthesisLayer(x, params, `${name}.conv1`, { style: rows[next++], noise, clamp });
      } else {
        const side = isResnet ? convolutionLayer(x, params, `${name}.skip`, { up: 2, gain: Math.SQRT1_2 }) : null;
        x = synthesisLayer(x, params, `${name}.conv0`, { style: rows[next++], noise, up: 2, clamp });
        x = synthesisLayer(x, params, `${name}.conv1`, { style: rows[next++], noise, gain: side ? Math.SQRT1_2 : 1, clamp });
        if (side) x = addMaps(side, x);
      }
      if (image) image = upsample2d(image, filterOf(params, name));
      if (hasPixels) {
        const pixels = toPixels(x, params, `${name}.torgb`, { style: rows[next], clamp });
        image = image ? addMaps(image, pixels) : pixels;
      }
      watch?.(name, x, image);
    }
    if (!image) throw new Error("bug: the last resolution of a synthesis network makes the image.");
    return image;
  };

  return {
    ...options,
    numStyles,
    noiseLayers: blocks.flatMap((block) => layersOf(block).map((name) => ({ name, size: block.size }))),
    parameters: blocks.flatMap((block) => blockSpecs(block, { styleSize, channels, isResnet })),
    apply: (params, styles, { noise, watch } = {}) => tf.tidy(() => run(params, styles, { noise, watch })),
  };
}

/** The learned constant for every image of the batch: stored [channels, 4, 4], as the reference does. */
function constantOf(params: Params, batch: number): tf.Tensor4D {
  const constant = params["synthesis.b4.const"];
  expect(constant, "stylegan2", 'no tensor "synthesis.b4.const". Give the parameters of a generator.');
  return tf.tile(tf.expandDims(tf.transpose(constant, [1, 2, 0]), 0), [batch, 1, 1, 1]) as tf.Tensor4D; // a fourth axis was put in
}

function blockSpecs(
  { name, size, inputs, outputs, hasPixels }: Block,
  { styleSize, channels, isResnet }: { readonly styleSize: number; readonly channels: number; readonly isResnet: boolean },
): readonly ParameterSpec[] {
  const specs: ParameterSpec[] = [resampleFilterSpec(name)];
  if (inputs === 0) specs.push({ name: `${name}.const`, shape: [outputs, 4, 4], isTrainable: true, fill: normalFill(0, 1) });
  else specs.push(...synthesisLayerSpecs(`${name}.conv0`, { inputs, outputs, styleSize, size }));
  specs.push(...synthesisLayerSpecs(`${name}.conv1`, { inputs: outputs, outputs, styleSize, size }));
  if (hasPixels) specs.push(...toPixelsSpecs(`${name}.torgb`, { inputs: outputs, outputs: channels, styleSize }));
  if (isResnet && inputs > 0) specs.push(...convolutionSpecs(`${name}.skip`, { inputs, outputs, kernel: 1, hasBias: false }));
  return specs;
}
