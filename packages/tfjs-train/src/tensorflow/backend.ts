import type * as tf from "@tensorflow/tfjs-core";

/** What we use of the backend of @tensorflow/tfjs-node, whose types are not there to import: it is an optional peer. */
export interface TensorflowBackend {
  readonly binding: {
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_SHAPE: number;
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
  };
  executeSingleOutput(op: string, attributes: readonly OpAttribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    count: number,
  ): tf.Tensor[];
}

export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A kernel of the tensorflow backend. */
export interface TensorflowKernel {
  readonly name: string;
  readonly run: (call: {
    readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
    readonly backend: TensorflowBackend;
    readonly attributes: unknown;
  }) => tf.TensorInfo | tf.TensorInfo[];
}

export interface TensorflowCall<Attributes> {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: TensorflowBackend;
  readonly attributes: Attributes;
}

/** Defines a kernel of the tensorflow backend. */
export function defineTensorflowKernel<Attributes>(
  name: string,
  run: (call: TensorflowCall<Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): TensorflowKernel {
  return { name, run: run as TensorflowKernel["run"] }; // the kernel's name decides its attributes' type
}

/** The kernels of tfjs-node that ours took the place of, for the calls that ours leave to them. */
export const stockKernels = new Map<string, tf.KernelFunc>();

/** Runs the kernel of tfjs-node that ours of this name took the place of. */
export function runStock<Attributes>(name: string, { inputs, backend, attributes }: TensorflowCall<Attributes>): tf.TensorInfo {
  const run = stockKernels.get(name);
  if (!run) throw new Error(`bug: tfjs-node has no kernel ${name}.`);
  return run({ inputs, backend, attrs: attributes as tf.NamedAttrMap }) as tf.TensorInfo; // as the engine called us; one output
}

/** Attributes of a TensorFlow op from plain values; `types` names the ones that are element types (float32). */
export function opAttributes(
  { binding }: TensorflowBackend,
  values: Readonly<Record<string, unknown>>,
  types: readonly string[] = ["T"],
): OpAttribute[] {
  const typeOf = (value: unknown): number => {
    if (typeof value === "string") return binding.TF_ATTR_STRING;
    if (typeof value === "boolean") return binding.TF_ATTR_BOOL;
    return Array.isArray(value) ? binding.TF_ATTR_INT : binding.TF_ATTR_FLOAT;
  };
  return [
    ...types.map((name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT })),
    ...Object.entries(values).map(([name, value]) => ({ name, type: typeOf(value), value })),
  ];
}
