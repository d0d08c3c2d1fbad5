// Convolutions, their gradients and matrix products with fused multiply-add, for engines that know relaxed SIMD.
export { gatherProduct } from "./_gather-product";
export { maddProbe } from "./_madd";
export { packLine, packStretch } from "./_panels";
export { tile4, tile8 } from "./_tile";
export { transposedProduct } from "./_transposed-product";
