import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { activationsWasm } from "../generated/activations.ts";
import type { BiasActAttributes } from "../ops/bias-act.ts";
import { addressOf, allocate, defineWasmKernel, floats, release, startOf, type WasmKernelCall } from "./heap.ts";
import { kernelsInHeap } from "./heap-kernels.ts";

const LANES = 4;

/** See kernels/activations.ts. */
interface ActivationKernels {
  biasAct(
    ...operands: [
      ...[x: number, bias: number, y: number, rows: number, columns: number],
      ...[kind: number, alpha: number, gain: number, clamp: number],
    ]
  ): void;
  biasActDerivative(
    ...operands: [
      ...[factor: number, x: number, bias: number, out: number, rows: number, columns: number],
      ...[order: number, kind: number, alpha: number, gain: number, clamp: number],
    ]
  ): void;
}

const activationKernels = /* @__PURE__ */ kernelsInHeap<ActivationKernels>(activationsWasm);

/** clamp(g(x + bias)·gain) in one pass; the bias, if any, runs along the last axis. */
export const biasActKernel = defineWasmKernel<BiasActAttributes>("BiasAct", (call) =>
  overRows(call, (backend, { x, bias, out, rows, columns }) => {
    const { activation, alpha, gain, clamp } = call.attributes;
    activationKernels(backend).biasAct(x, bias, out, rows, columns, activation, alpha, gain, clamp);
  }),
);

/** factor times the first or second derivative of the same, in one pass. */
export const biasActDerivativeKernel = defineWasmKernel<BiasActAttributes & { order: 1 | 2 }>("BiasActDerivative", (call) => {
  const { activation, alpha, gain, clamp, order } = call.attributes;
  return overRows(call, (backend, { offset, x, bias, out, rows, columns }) => {
    const factor = addressOf(backend, call.inputs.factor) + offset;
    activationKernels(backend).biasActDerivative(
      ...([factor, x, bias, out, rows, columns, order, activation, alpha, gain, clamp] as const),
    );
  });
});

/** Addresses of a part of the work, `offset` bytes from its start; bias is 0 where there is none. */
interface Rows {
  readonly offset: number;
  readonly x: number;
  readonly bias: number;
  readonly out: number;
  readonly rows: number;
  readonly columns: number;
}

/** Calls `run` on the whole tensor, row by row of the bias. A bias that does not fill vectors is repeated until it does. */
function overRows<Attributes>(
  { inputs: { x, bias }, backend }: WasmKernelCall<Attributes>,
  run: (backend: BackendWasm, rows: Rows) => void,
): tf.TensorInfo {
  const out = allocate(backend, x.shape);
  const size = tf.util.sizeFromShape(x.shape);
  const at = (offset: number, rows: number, columns: number, biasAt: number) =>
    run(backend, {
      offset,
      x: addressOf(backend, x) + offset,
      bias: biasAt,
      out: addressOf(backend, out) + offset,
      rows,
      columns,
    });
  if (!bias) {
    at(0, 1, size, 0);
    return out;
  }
  const columns = tf.util.sizeFromShape(bias.shape);
  if (columns === 0) return out;
  const rows = size / columns;
  const repeats = columns % LANES === 0 || rows < LANES ? 1 : columns % 2 === 0 ? 2 : LANES;
  if (repeats === 1) {
    at(0, rows, columns, addressOf(backend, bias));
    return out;
  }
  const repeated = allocate(backend, [repeats * columns]);
  const heap = floats(backend);
  const [source, target] = [startOf(backend, bias), startOf(backend, repeated)];
  for (let i = 0; i < repeats; i++) heap.copyWithin(target + i * columns, source, source + columns);
  const whole = Math.floor(rows / repeats);
  const done = whole * repeats * columns * Float32Array.BYTES_PER_ELEMENT;
  at(0, whole, repeats * columns, addressOf(backend, repeated));
  at(done, rows - whole * repeats, columns, addressOf(backend, repeated));
  release(backend, repeated);
  return out;
}
