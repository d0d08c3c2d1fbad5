import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";

/**
 * Parameters of a model: tensors by dotted PyTorch-style name, in tfjs layout — convolution [height, width, in, out],
 * transposed convolution [height, width, out, in], dense [in, out].
 */
export type Params = Readonly<Record<string, tf.Tensor>>;

/** Applies a function to every tensor; the caller owns what it returns. Cost: one call a tensor. */
export function mapParams<T>(params: Params, f: (tensor: tf.Tensor, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, f(tensor, name)]));
}

/** New tensors with the same values, that share no storage with the old ones once either side changes. */
export function cloneParams(params: Params): Params {
  return mapParams(params, (tensor) => tf.clone(tensor));
}

/** Disposes every tensor; tensors already disposed are passed over. */
export function disposeParams(...all: readonly (Params | undefined)[]): void {
  for (const params of all) if (params) for (const tensor of Object.values(params)) if (!tensor.isDisposed) tensor.dispose();
}

/** Number of scalars in all tensors. */
export function countParams(params: Params): number {
  return Object.values(params).reduce((sum, tensor) => sum + tensor.size, 0);
}

/**
 * One record of several, without copying a tensor.
 *
 * @throws UsageError if a name occurs twice.
 */
export function mergeParams(...parts: readonly Params[]): Params {
  const merged = new Map<string, tf.Tensor>();
  for (const part of parts)
    for (const [name, tensor] of Object.entries(part)) {
      expect(!merged.has(name), "mergeParams", `names must be distinct; got "${name}" twice. Put a prefix before one of them.`);
      merged.set(name, tensor);
    }
  return Object.fromEntries(merged);
}

/**
 * The tensors below a prefix, with the prefix taken off: `selectParams(params, "post")` has `conv.weight` for `post.conv.weight`.
 * No tensor is copied.
 */
export function selectParams(params: Params, prefix: string): Params {
  const start = prefix.endsWith(".") ? prefix : `${prefix}.`;
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name.startsWith(start))
      .map(([name, tensor]) => [name.slice(start.length), tensor]),
  );
}

/** The same tensors with `prefix.` before every name: the inverse of {@link selectParams}. */
export function prefixParams(params: Params, prefix: string): Params {
  const start = prefix.endsWith(".") ? prefix : `${prefix}.`;
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [start + name, tensor]));
}

/**
 * a + t·(b − a), tensor by tensor: the moving average of weights is `lerpParams(average, params, 1 − decay)`.
 *
 * @throws UsageError if the names of a and b differ.
 */
export function lerpParams(a: Params, b: Params, t: number): Params {
  checkSameNames("lerpParams", a, b);
  return mapParams(a, (tensor, name) => tf.tidy(() => tf.add(tensor, tf.mul(tf.sub(b[name], tensor), t))));
}

/** What the engine holds now, for leak tests and progress lines. */
export function memoryUsage(): { readonly numTensors: number; readonly numBytes: number } {
  const { numTensors, numBytes } = tf.memory();
  return { numTensors, numBytes };
}

/** @throws UsageError that lists every missing, surplus and mis-shaped name of `given` against `wanted`. */
export function checkSameNames(scope: string, wanted: Params, given: Params): void {
  const missing = Object.keys(wanted).filter((name) => !Object.hasOwn(given, name));
  const surplus = Object.keys(given).filter((name) => !Object.hasOwn(wanted, name));
  const misshaped = Object.keys(wanted)
    .filter((name) => Object.hasOwn(given, name) && !tf.util.arraysEqual(wanted[name].shape, given[name].shape))
    .map((name) => `${name} [${given[name].shape}] for [${wanted[name].shape}]`);
  expect(missing.length + surplus.length + misshaped.length === 0, scope, () => {
    const part = (what: string, names: string[]) => (names.length > 0 ? ` ${what}: ${names.join(", ")}.` : "");
    return `both sides must hold the same tensors;${part("missing", missing)}${part("surplus", surplus)}${part("other shape", misshaped)}`;
  });
}
