import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { checkStateDict, type Shapes } from "./check-state-dict.ts";
import { mapParams, type Params } from "./params.ts";
import { bareRecord, type WeightFile, type WeightTensor } from "./weight-file.ts";

export interface WeightLayout {
  /**
   * "torch" (default): matrices and convolution filters are transposed at the border, [out, in, h, w] ↔ [h, w, in, out] and
   * [out, in] ↔ [in, out], so that PyTorch can load what is written. "tfjs": stored as they are (checkpoints).
   */
  readonly layout?: "torch" | "tfjs";
  /** With "torch", names that are stored as they are: embeddings, angles. */
  readonly keep?: (name: string) => boolean;
}

export interface ParamsFromWeightsOptions extends WeightLayout {
  /** Names and shapes that the model has, in tfjs layout (its parameters will do): anything else is refused, all of it named. */
  readonly expected?: Shapes;
}

/**
 * Tensors of a weight file as parameters; the caller owns them. Floats become float32, integers int32.
 *
 * @throws UsageError if an integer does not fit into 32 bits, or names and shapes are not those expected.
 */
export function paramsFromWeights(file: WeightFile, options: ParamsFromWeightsOptions = {}): Params {
  const { expected, ...border } = options;
  const { layout, keep } = checkLayout("paramsFromWeights", border);
  if (expected) {
    const turned = Object.entries(file.tensors).map(([name, { shape }]): [string, { shape: readonly number[] }] => [
      name,
      { shape: layout === "torch" && !keep(name) ? turnShape(shape) : shape },
    ]);
    checkStateDict(expected, Object.fromEntries(turned), { scope: "paramsFromWeights" });
  }
  // Under one tidy: what is refused half-way leaves no tensor behind.
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(file.tensors).map(([name, weight]) => {
        const isTransposed = layout === "torch" && !keep(name);
        const tensor = tf.tidy(() => {
          const stored = tensorOf(name, weight);
          return isTransposed ? reverseAxes(stored, fromTorch) : stored;
        });
        return [name, tensor];
      }),
    ),
  );
}

/** The parameters as data for a weight file; reads them back from the backend. Bool and int32 tensors are written as I32. */
export async function weightsFromParams(params: Params, options: WeightLayout = {}): Promise<Record<string, WeightTensor>> {
  const { layout, keep } = checkLayout("weightsFromParams", options);
  const stored = mapParams(params, (tensor, name) =>
    layout === "torch" && !keep(name) ? reverseAxes(tensor, toTorch) : tf.clone(tensor),
  );
  const weights = bareRecord<WeightTensor>();
  for (const [name, tensor] of Object.entries(stored)) {
    const data = await tensor.data();
    tensor.dispose();
    if (tensor.dtype === "float32") weights[name] = { dtype: "F32", shape: tensor.shape, data: Float32Array.from(data) };
    else weights[name] = { dtype: "I32", shape: tensor.shape, data: Int32Array.from(data) };
  }
  return weights;
}

/** torch [out, in, h, w] → tfjs [h, w, in, out]; a transposed convolution's [in, out, h, w] → [h, w, out, in] is the same. */
const fromTorch = [2, 3, 1, 0];
const toTorch = [3, 2, 0, 1];

/** What `reverseAxes` makes of a shape of PyTorch's. */
function turnShape(shape: readonly number[]): readonly number[] {
  if (shape.length === 4) return fromTorch.map((axis) => shape[axis]);
  return shape.length === 2 ? [shape[1], shape[0]] : shape;
}

function reverseAxes(tensor: tf.Tensor, filterOrder: number[]): tf.Tensor {
  if (tensor.rank === 4) return tf.transpose(tensor, filterOrder);
  return tensor.rank === 2 ? tf.transpose(tensor) : tf.clone(tensor);
}

function tensorOf(name: string, { dtype, shape, data }: WeightTensor): tf.Tensor {
  if (dtype.includes("F"))
    return tf.tensor(data instanceof Float32Array ? data : Float32Array.from(data as Float64Array), [...shape], "float32"); // the float types hold these two
  const integers = Int32Array.from(data as ArrayLike<number | bigint>, Number); // Number takes bigint too
  for (let i = 0; i < integers.length; i++)
    expect(
      BigInt(integers[i]) === BigInt(data[i]),
      "paramsFromWeights",
      `"${name}" holds ${data[i]}, which does not fit into 32 bits.`,
    );
  return tf.tensor(integers, [...shape], "int32");
}

function checkLayout(scope: string, options: WeightLayout): Required<WeightLayout> {
  checkOptions(scope, options, ["layout", "keep"]);
  const { layout = "torch", keep = () => false } = options;
  expect(layout === "torch" || layout === "tfjs", scope, `layout must be "torch" or "tfjs"; got ${layout}.`);
  return { layout, keep };
}
