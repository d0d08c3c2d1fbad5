// The exports of both kernels.
export { gemm, gemmWorkBytes } from "./_gemm";
export { bidiagonalize, bidiagonalizeWorkLength } from "./_bidiagonalize";
export { cholesky } from "./_cholesky";
export { congruence } from "./_congruence";
export { implicitQl, implicitQlWorkLength } from "./_implicit-ql";
export { clear, interleave, toStrips } from "./_arrange";
export { agree, barrier, joinTeam, leads, teamBytes } from "./_team";
export { formTransposedQ, tridiagonalize, tridiagonalizeWorkLength } from "./_tridiagonalize";
export const heapBase: usize = __heap_base;
