import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { defineWasmKernel, type WasmKernel } from "./heap.ts";

/** Kernels that the wasm backend lacks and that are rare enough to be computed in plain JavaScript. */
const borrowedNames = ["DepthwiseConv2dNativeBackpropFilter", "DepthwiseConv2dNativeBackpropInput", "Einsum"] as const;

/** The kernel of the cpu backend, its inputs and outputs copied across. */
export const borrowedKernels: readonly WasmKernel[] = borrowedNames.map((name) =>
  defineWasmKernel(name, ({ inputs, backend, attributes }) => {
    const kernel = tf.getKernel(name, "cpu");
    const cpu = tf.findBackend("cpu") as MathBackendCPU; // registered under that name by tfjs-backend-cpu
    if (!kernel || !cpu)
      throw new Error(`[${name}] the wasm backend borrows this kernel from tfjs-backend-cpu, which is not loaded. Call ready().`);
    const copies = Object.entries(inputs).map(([key, { shape, dtype, dataId }]) => {
      const values = backend.readSync(dataId) as tf.TypedArray; // numeric kernels only
      return [key, cpu.makeTensorInfo(shape, dtype, values)] as const;
    });
    const attrs = attributes as tf.NamedAttrMap; // as the engine passed them
    const result = kernel.kernelFunc({ inputs: Object.fromEntries(copies), backend: cpu, attrs }) as tf.TensorInfo; // one output each
    const out = copyBack(backend, cpu, result);
    for (const info of [result, ...copies.map(([, copy]) => copy)]) cpu.disposeData(info.dataId);
    return out;
  }),
);

function copyBack(backend: BackendWasm, cpu: MathBackendCPU, { shape, dtype, dataId }: tf.TensorInfo): tf.TensorInfo {
  const out = backend.makeOutput(shape, dtype);
  const values = cpu.readSync(dataId) as tf.TypedArray; // numeric kernels only
  backend.typedArrayFromHeap(out).set(values);
  return out;
}
