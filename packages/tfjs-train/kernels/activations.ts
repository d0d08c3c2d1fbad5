// Bias, activation, gain and clamp in one pass. As kernels/heap.ts, in the heap of the tfjs wasm backend.
export { biasAct, biasActDerivative } from "./_bias-act";
