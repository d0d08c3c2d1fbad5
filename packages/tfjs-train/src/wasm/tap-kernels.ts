import { tapsWasm } from "../generated/taps.ts";
import { kernelsInHeap } from "./heap-kernels.ts";

/** Byte address in the heap of the wasm backend. */
type Address = number;

/** See kernels/taps.ts; tables are those of tap-table.ts. */
interface TapKernels {
  filterTaps(
    ...operands: [
      ...[x: Address, y: Address, planes: number, planeBytes: number],
      ...[outHeight: number, outWidth: number, channels: number],
      ...[rows: Address, columns: Address, weights: Address, list: Address],
    ]
  ): void;
  filterTapsByChannel(
    ...operands: [
      ...[x: Address, y: Address, planes: number, planeBytes: number],
      ...[outHeight: number, outWidth: number, channels: number],
      ...[rows: Address, columns: Address, weights: Address, list: Address, accumulates: number],
    ]
  ): void;
  filterTapsByAxes(
    ...operands: [
      ...[x: Address, y: Address, planes: number, planeBytes: number],
      ...[outHeight: number, width: number, outWidth: number, channels: number],
      ...[rows: Address, columns: Address, single: Address],
      ...[columnWeights: Address, rowWeights: Address, list: Address, line: Address],
    ]
  ): void;
  depthwiseFilterGradient(
    ...operands: [
      ...[x: Address, dy: Address, dw: Address, batch: number, height: number, width: number],
      ...[outHeight: number, outWidth: number, channels: number, filterHeight: number, filterWidth: number],
      ...[strideHeight: number, strideWidth: number, dilationHeight: number, dilationWidth: number],
      ...[top: number, left: number],
    ]
  ): void;
}

/** The kernels of kernels/taps.ts. */
export const tapKernels = /* @__PURE__ */ kernelsInHeap<TapKernels>(tapsWasm);
