// Kernels that work on the heap of the tfjs wasm backend: every pointer is a byte address there, every stride and count is in
// floats. No static data and no allocation: this module borrows its memory (see src/wasm/heap-kernels.ts).
export { addInto, adamStep, leakyReluGradient, scaleShift } from "./_elementwise";
export { columnMoments, columnSums, normGradient, normGradientSums } from "./_columns";
export { copyRows, transpose } from "./_layout";
export { columnMaxima, rowMaxima, rowSums } from "./_reductions";
