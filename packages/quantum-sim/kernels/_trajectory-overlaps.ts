import { PAIR, im, re } from "./_trajectory-layout";

/** out[a][b] = Σ conj(λ_a)·ψ_b over the pairs of a wire, an entry of 32 bytes each. */
export function overlaps2<T>(bra: usize, ket: usize, bytes: usize, half: usize, out: usize): void {
  let r00 = i32x4.splat(0), i00 = r00, r01 = r00, i01 = r00, r10 = r00, i10 = r00, r11 = r00, i11 = r00;
  for (let block: usize = 0; block < bytes; block += half << 1) {
    for (let x = block; x < block + half; x += PAIR) {
      const y = x + half;
      const ar = re(bra + x), ai = im(bra + x), br = re(bra + y), bi = im(bra + y);
      const cr = re(ket + x), ci = im(ket + x), dr = re(ket + y), di = im(ket + y);
      r00 = v128.add<T>(r00, v128.add<T>(v128.mul<T>(ar, cr), v128.mul<T>(ai, ci)));
      i00 = v128.add<T>(i00, v128.sub<T>(v128.mul<T>(ar, ci), v128.mul<T>(ai, cr)));
      r01 = v128.add<T>(r01, v128.add<T>(v128.mul<T>(ar, dr), v128.mul<T>(ai, di)));
      i01 = v128.add<T>(i01, v128.sub<T>(v128.mul<T>(ar, di), v128.mul<T>(ai, dr)));
      r10 = v128.add<T>(r10, v128.add<T>(v128.mul<T>(br, cr), v128.mul<T>(bi, ci)));
      i10 = v128.add<T>(i10, v128.sub<T>(v128.mul<T>(br, ci), v128.mul<T>(bi, cr)));
      r11 = v128.add<T>(r11, v128.add<T>(v128.mul<T>(br, dr), v128.mul<T>(bi, di)));
      i11 = v128.add<T>(i11, v128.sub<T>(v128.mul<T>(br, di), v128.mul<T>(bi, dr)));
    }
  }
  v128.store(out, r00); v128.store(out, i00, 16); v128.store(out, r01, 32); v128.store(out, i01, 48);
  v128.store(out, r10, 64); v128.store(out, i10, 80); v128.store(out, r11, 96); v128.store(out, i11, 112);
}

/** The reduced density of one wire, ρ_ab = Σ ψ_a conj ψ_b, as (ρ00, Re ρ01, Im ρ01, ρ11), 16 bytes each. */
export function density2<T>(ket: usize, bytes: usize, half: usize, out: usize): void {
  let p0 = i32x4.splat(0), p1 = p0, cr = p0, ci = p0;
  for (let block = ket; block < ket + bytes; block += half << 1) {
    for (let x = block; x < block + half; x += PAIR) {
      const y = x + half;
      const ar = re(x), ai = im(x), br = re(y), bi = im(y);
      p0 = v128.add<T>(p0, v128.add<T>(v128.mul<T>(ar, ar), v128.mul<T>(ai, ai)));
      p1 = v128.add<T>(p1, v128.add<T>(v128.mul<T>(br, br), v128.mul<T>(bi, bi)));
      cr = v128.add<T>(cr, v128.add<T>(v128.mul<T>(ar, br), v128.mul<T>(ai, bi)));
      ci = v128.add<T>(ci, v128.sub<T>(v128.mul<T>(ai, br), v128.mul<T>(ar, bi)));
    }
  }
  v128.store(out, p0); v128.store(out, cr, 16); v128.store(out, ci, 32); v128.store(out, p1, 48);
}

/** out[a][b] = Σ conj(λ_a)·ψ_b on several wires. */
export function overlapsMany<T>(bra: usize, ket: usize, bytes: usize, dim: i32, masks: usize, offsets: usize, out: usize): void {
  memory.fill(out, 0, <usize>(dim * dim) << 5);
  for (let base: usize = 0; base < bytes; base += PAIR) {
    if (base & masks) continue;
    let entry = out;
    for (let a = 0; a < dim; a++) {
      const from = bra + base + <usize>load<u32>(offsets + (<usize>a << 2));
      const ar = re(from), ai = im(from);
      for (let b = 0; b < dim; b++, entry += 32) {
        const at = ket + base + <usize>load<u32>(offsets + (<usize>b << 2));
        const br = re(at), bi = im(at);
        v128.store(entry, v128.add<T>(re(entry), v128.add<T>(v128.mul<T>(ar, br), v128.mul<T>(ai, bi))));
        v128.store(entry, v128.add<T>(im(entry), v128.sub<T>(v128.mul<T>(ar, bi), v128.mul<T>(ai, br))), 16);
      }
    }
  }
}
