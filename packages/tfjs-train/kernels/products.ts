// flags: --enable relaxed-simd
// Convolutions, their gradients and matrix products on the heap of the tfjs wasm backend (see heap.ts), with fused multiply-add.
export { gatherProduct } from "./_gather-product";
export { packLine, packStretch } from "./_panels";
export { tile4, tile8 } from "./_tile";
export { transposedProduct } from "./_transposed-product";
