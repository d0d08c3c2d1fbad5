import * as tf from "@tensorflow/tfjs-core";
import {
  adam,
  type BackendName,
  batchNorm,
  biasAct,
  disposeParams,
  type Params,
  ready,
  setupFilter,
  upfirdn2d,
} from "tfjs-train";
import type { BenchCase } from "../bench-suite.ts";

/** Images of the middle of a 64×64 StyleGAN2 discriminator. */
const IMAGES = { batch: 16, channels: 64, size: 64 };
/** DCGAN's largest layers together. */
const PARAMETERS = { count: 20, size: 320_000 };
const { batch, channels, size } = IMAGES;

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** A case whose tensors are made at its first run. */
function operationCase(
  backend: BackendName,
  name: string,
  peerArguments: Readonly<Record<string, number | string>>,
  make: () => Tensors,
  run: (tensors: Tensors) => tf.Tensor | tf.Tensor[],
): BenchCase {
  let tensors: Tensors | undefined;
  return {
    name,
    backend,
    async run() {
      await ready({ backend });
      tensors ??= make();
      const given = tensors;
      const out = [tf.tidy(() => run(given))].flat();
      await waitFor(out[0]);
      tf.dispose(out);
    },
    peerArguments: { batch, ...peerArguments },
    dispose() {
      if (tensors) tf.dispose(Object.values(tensors));
      tensors = undefined;
    },
  };
}

/** One value is read, since a backend may work ahead; reading all would time the copy. */
async function waitFor(out: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(out, [-1]), [0], [1]));
  await first.data();
  first.dispose();
}

const images = (side = size): tf.Tensor4D => tf.randomNormal<tf.Rank.R4>([batch, side, side, channels]);

/** Resampling, depthwise gradients, normalisation, activation and Adam, each by itself. */
export function operationCases(backend: BackendName): BenchCase[] {
  const shape = `${size}×${size}×${channels}, batch ${batch}`;
  const upsample = (x: tf.Tensor, filter: tf.Tensor) =>
    upfirdn2d(x as tf.Tensor4D, filter as tf.Tensor2D, { up: 2, padding: [2, 1, 2, 1], gain: 4 }); // made so below
  const depthwise = (part: "dx" | "dW", kernel: string, inputs: readonly string[]) =>
    operationCase(
      backend,
      `depthwise 3×3, ${shape}, ${part}`,
      { work: "depthwise", part, ...IMAGES },
      () => ({ x: images(), dy: images(), filter: tf.randomNormal([3, 3, channels, 1]) }),
      (tensors) => {
        const shapes = { inputShape: [batch, size, size, channels], filterShape: [3, 3, channels, 1] };
        const attributes = { strides: [1, 1], dilations: [1, 1], pad: "same", ...shapes };
        const given = Object.fromEntries(inputs.map((input) => [input, tensors[input]]));
        return tf.engine().runKernel<tf.Tensor>(kernel, given, attributes as unknown as tf.NamedAttrMap); // plain values
      },
    );
  return [
    operationCase(
      backend,
      `upfirdn2d up 2, 4×4 taps, ${shape}, forward`,
      { work: "upfirdn2d", part: "forward", ...IMAGES },
      () => ({ x: images(), filter: setupFilter([1, 3, 3, 1]) }),
      ({ x, filter }) => upsample(x, filter),
    ),
    operationCase(
      backend,
      `upfirdn2d up 2, 4×4 taps, ${shape}, gradient`,
      { work: "upfirdn2d", part: "gradient", ...IMAGES },
      () => ({ dy: images(2 * size), filter: setupFilter([1, 3, 3, 1]) }),
      // The gradient of up 2 is down 2 with the filter turned round, which this one does not notice.
      ({ dy, filter }) => upfirdn2d(dy as tf.Tensor4D, filter as tf.Tensor2D, { down: 2, padding: 1, gain: 4 }),
    ),
    depthwise("dx", "DepthwiseConv2dNativeBackpropInput", ["dy", "filter"]),
    depthwise("dW", "DepthwiseConv2dNativeBackpropFilter", ["x", "dy"]),
    operationCase(
      backend,
      `batch norm in training, ${shape}, forward and gradient`,
      { work: "batch-norm", ...IMAGES },
      () => ({ x: images(), dy: images(), weight: tf.ones([channels]), bias: tf.zeros([channels]) }),
      ({ x, dy, weight, bias }) => {
        const running = { running_mean: tf.zeros([channels]), running_var: tf.ones([channels]) };
        const layer = (...[input, scale, shift]: tf.Tensor[]) =>
          batchNorm(input, { weight: scale, bias: shift, ...running }, { training: true }).y;
        return tf.grads(layer)([x, weight, bias], dy);
      },
    ),
    operationCase(
      backend,
      `bias and leaky ReLU with gain, ${shape}, forward and gradient`,
      { work: "bias-act", ...IMAGES },
      () => ({ x: images(), dy: images(), bias: tf.zeros([channels]) }),
      ({ x, dy, bias }) =>
        tf.grads((...[input, shift]: tf.Tensor[]) => biasAct(input, shift as tf.Tensor1D, { activation: "lrelu" }))(
          [x, bias],
          dy,
        ),
    ),
    adamCase(backend),
  ];
}

function adamCase(backend: BackendName): BenchCase {
  const optimizer = adam({ learningRate: 1e-3 });
  let sides: { params: Params; grads: Params; state: Params } | undefined;
  const drawn = (): Params =>
    Object.fromEntries(Array.from({ length: PARAMETERS.count }, (_, i) => [`p${i}`, tf.randomNormal([PARAMETERS.size])]));
  return {
    name: `Adam, ${PARAMETERS.count} tensors of ${PARAMETERS.size}`,
    backend,
    async run() {
      await ready({ backend });
      if (!sides) {
        const params = drawn();
        sides = { params, grads: drawn(), state: optimizer.init(params) };
      }
      const { params, grads, state } = sides;
      sides = { ...optimizer.step(params, grads, state), grads };
      disposeParams(params, state);
      await waitFor(sides.params.p0);
    },
    peerArguments: { batch: 1, work: "adam", ...PARAMETERS },
    dispose() {
      if (sides) disposeParams(sides.params, sides.grads, sides.state);
      sides = undefined;
    },
  };
}
