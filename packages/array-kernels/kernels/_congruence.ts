import { gemm } from "./_gemm";
import { barrier, leads } from "./_team";
import { at } from "./_vectors";

const depthBlock: i32 = 256;

/**
 * The lower triangle of Lᵀ·S·L for a lower triangular L [n, n] and a symmetric S, both triangles of which are read; the result replaces S,
 * what lies above its diagonal is undefined. `product` has room for [n, n]. Called by all members of a team.
 */
export function congruence(n: i32, l: usize, s: usize, product: usize, gemmWork: usize): void {
  const bytes = (<usize>n * <usize>n) << 3;
  if (leads()) memory.fill(product, 0, bytes);
  barrier();
  // Rows p … of L end at column p + depth, so that half of the products are left out.
  for (let p = 0; p < n; p += depthBlock) {
    const depth = min(depthBlock, n - p);
    gemm(n, p + depth, depth, 1, at(s, p), n, 1, at(l, p * n), n, 1, product, n, gemmWork, false);
  }
  if (leads()) memory.fill(s, 0, bytes);
  barrier();
  for (let p = 0; p < n; p += depthBlock) {
    const depth = min(depthBlock, n - p);
    gemm(p + depth, p + depth, depth, 1, at(l, p * n), 1, n, at(product, p * n), n, 1, s, n, gemmWork, true);
  }
}
