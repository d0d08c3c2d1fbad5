import { im, re } from "./_trajectory-layout";

/** out[s] = Σ_x (−1)^{parity(x & s)} |ψ(x)|² for every mask s, 16 bytes each: expectation values of all words of Z, entry 0 the norm. */
export function expectDiagonals<T>(state: usize, size: u32, out: usize): void {
  const bytes = <usize>size << 4;
  for (let x: usize = 0; x < bytes; x += 16) {
    const r = re(state + (x << 1)), i = im(state + (x << 1));
    v128.store(out + x, v128.add<T>(v128.mul<T>(r, r), v128.mul<T>(i, i)));
  }
  for (let half: usize = 16; half < bytes; half <<= 1) {
    for (let block = out; block < out + bytes; block += half << 1) {
      for (let x = block; x < block + half; x += 16) {
        const a = v128.load(x), b = v128.load(x + half);
        v128.store(x, v128.add<T>(a, b));
        v128.store(x + half, v128.sub<T>(a, b));
      }
    }
  }
}

/** λ(x) = factor·d(x)·ψ(x) for reals d(x), one for all lanes, and a factor of each lane. */
export function weigh<T>(bra: usize, ket: usize, size: u32, diagonal: usize, factor: usize): void {
  const f = re(factor);
  for (let x: u32 = 0; x < size; x++) {
    const at = diagonal + (<usize>x * sizeof<T>());
    const d = v128.mul<T>(f, v128.load_splat<T>(at));
    const from = ket + (<usize>x << 5), to = bra + (<usize>x << 5);
    v128.store(to, v128.mul<T>(d, re(from)));
    v128.store(to, v128.mul<T>(d, im(from)), 16);
  }
}

/** ⟨P⟩ per lane for a word of masks over basis indices: Σ conj ψ(x⊕flip)·(−1)^{x·sign} ψ(x), real and imaginary part. */
export function expectWord<T>(state: usize, size: u32, flip: u32, sign: u32, out: usize): void {
  let sumRe = i32x4.splat(0), sumIm = i32x4.splat(0);
  for (let x: u32 = 0; x < size; x++) {
    const a = state + (<usize>x << 5), b = state + (<usize>(x ^ flip) << 5);
    const ar = re(a), ai = im(a), br = re(b), bi = im(b);
    const r = v128.add<T>(v128.mul<T>(br, ar), v128.mul<T>(bi, ai)), i = v128.sub<T>(v128.mul<T>(br, ai), v128.mul<T>(bi, ar));
    if (popcnt<u32>(x & sign) & 1) { sumRe = v128.sub<T>(sumRe, r); sumIm = v128.sub<T>(sumIm, i); }
    else { sumRe = v128.add<T>(sumRe, r); sumIm = v128.add<T>(sumIm, i); }
  }
  v128.store(out, sumRe); v128.store(out, sumIm, 16);
}

/** λ(x⊕flip) += (a + ib)·(−1)^{x·sign} ψ(x); the factor (re, im) of each lane at `factor`. */
export function addWord<T>(bra: usize, ket: usize, size: u32, flip: u32, sign: u32, factor: usize): void {
  const ar = re(factor), ai = im(factor);
  for (let x: u32 = 0; x < size; x++) {
    const from = ket + (<usize>x << 5), to = bra + (<usize>(x ^ flip) << 5);
    const zr = re(from), zi = im(from);
    const r = v128.sub<T>(v128.mul<T>(ar, zr), v128.mul<T>(ai, zi)), i = v128.add<T>(v128.mul<T>(ar, zi), v128.mul<T>(ai, zr));
    if (popcnt<u32>(x & sign) & 1) { v128.store(to, v128.sub<T>(re(to), r)); v128.store(to, v128.sub<T>(im(to), i), 16); }
    else { v128.store(to, v128.add<T>(re(to), r)); v128.store(to, v128.add<T>(im(to), i), 16); }
  }
}
