import { gemmWorkBytes, gemm } from "./_gemm";
import { bidiagonalize, bidiagonalizeWorkLength } from "./_bidiagonalize";
import { cholesky } from "./_cholesky";
import { implicitQl, implicitQlWorkLength } from "./_implicit-ql";
import { clear, interleave, toStrips } from "./_arrange";
import { formTransposedQ, tridiagonalize, tridiagonalizeWorkLength } from "./_tridiagonalize";

export { gemm, gemmWorkBytes, bidiagonalize, bidiagonalizeWorkLength, cholesky, implicitQl, implicitQlWorkLength };
export { clear, interleave, toStrips };
export { formTransposedQ, tridiagonalize, tridiagonalizeWorkLength };
export const heapBase: usize = __heap_base;
