import { PAIR, im, re } from "./_trajectory-layout";

/** ψ ← Mψ for a 2×2 matrix per lane; [dim 2, row-major] entries of 32 bytes at `m`; `half` = bytes between the amplitudes of a pair. */
export function apply2<T>(state: usize, bytes: usize, half: usize, m: usize): void {
  const ar = re(m), ai = im(m), br = re(m + 32), bi = im(m + 32), cr = re(m + 64), ci = im(m + 64), dr = re(m + 96), di = im(m + 96);
  for (let block = state; block < state + bytes; block += half << 1) {
    for (let x = block; x < block + half; x += PAIR) {
      const y = x + half;
      const xr = re(x), xi = im(x), yr = re(y), yi = im(y);
      v128.store(x, v128.add<T>(v128.sub<T>(v128.mul<T>(ar, xr), v128.mul<T>(ai, xi)), v128.sub<T>(v128.mul<T>(br, yr), v128.mul<T>(bi, yi))));
      v128.store(x, v128.add<T>(v128.add<T>(v128.mul<T>(ar, xi), v128.mul<T>(ai, xr)), v128.add<T>(v128.mul<T>(br, yi), v128.mul<T>(bi, yr))), 16);
      v128.store(y, v128.add<T>(v128.sub<T>(v128.mul<T>(cr, xr), v128.mul<T>(ci, xi)), v128.sub<T>(v128.mul<T>(dr, yr), v128.mul<T>(di, yi))));
      v128.store(y, v128.add<T>(v128.add<T>(v128.mul<T>(cr, xi), v128.mul<T>(ci, xr)), v128.add<T>(v128.mul<T>(dr, yi), v128.mul<T>(di, yr))), 16);
    }
  }
}

/** The same for diagonal matrices; entries 00 and 11 of `m` are read. */
export function applyDiagonal<T>(state: usize, bytes: usize, half: usize, m: usize): void {
  const ar = re(m), ai = im(m), dr = re(m + 96), di = im(m + 96);
  for (let block = state; block < state + bytes; block += half << 1) {
    for (let x = block; x < block + half; x += PAIR) {
      const y = x + half;
      const xr = re(x), xi = im(x), yr = re(y), yi = im(y);
      v128.store(x, v128.sub<T>(v128.mul<T>(ar, xr), v128.mul<T>(ai, xi)));
      v128.store(x, v128.add<T>(v128.mul<T>(ar, xi), v128.mul<T>(ai, xr)), 16);
      v128.store(y, v128.sub<T>(v128.mul<T>(dr, yr), v128.mul<T>(di, yi)));
      v128.store(y, v128.add<T>(v128.mul<T>(dr, yi), v128.mul<T>(di, yr)), 16);
    }
  }
}

/** CNOT: exchanges pairs of the target bit where the control bit is set; masks in bytes. */
export function controlledNot(state: usize, bytes: usize, control: usize, target: usize): void {
  const high = max(control, target), low = min(control, target);
  for (let a: usize = 0; a < bytes; a += high << 1) {
    for (let b = a; b < a + high; b += low << 1) {
      for (let c = b; c < b + low; c += PAIR) {
        const x = state + (c | control), y = x + target;
        const xr = re(x), xi = im(x), yr = re(y), yi = im(y);
        v128.store(x, yr); v128.store(x, yi, 16); v128.store(y, xr); v128.store(y, xi, 16);
      }
    }
  }
}

/** CZ: changes the sign where both bits are set. */
export function controlledZ(state: usize, bytes: usize, one: usize, other: usize, isDouble: i32): void {
  const high = max(one, other), low = min(one, other);
  const sign = isDouble ? i64x2.splat(i64.MIN_VALUE) : i32x4.splat(i32.MIN_VALUE);
  for (let a: usize = 0; a < bytes; a += high << 1) {
    for (let b = a; b < a + high; b += low << 1) {
      for (let c = b; c < b + low; c += PAIR) {
        const x = state + (c | one | other);
        v128.store(x, v128.xor(re(x), sign)); v128.store(x, v128.xor(im(x), sign), 16);
      }
    }
  }
}

/** ψ ← Mψ for a dim × dim matrix per lane on several wires: byte offsets of its basis states at `offsets`, `scratch` of dim amplitudes. */
export function applyMany<T>(state: usize, bytes: usize, dim: i32, masks: usize, offsets: usize, m: usize, scratch: usize): void {
  for (let base: usize = 0; base < bytes; base += PAIR) {
    if (base & masks) continue;
    for (let c = 0; c < dim; c++) {
      const from = state + base + <usize>load<u32>(offsets + (<usize>c << 2)), to = scratch + (<usize>c << 5);
      v128.store(to, re(from)); v128.store(to, im(from), 16);
    }
    let entry = m;
    for (let r = 0; r < dim; r++) {
      let sumRe = i32x4.splat(0), sumIm = i32x4.splat(0);
      for (let c = 0; c < dim; c++, entry += 32) {
        const at = scratch + (<usize>c << 5);
        const ur = re(entry), ui = im(entry), zr = re(at), zi = im(at);
        sumRe = v128.add<T>(sumRe, v128.sub<T>(v128.mul<T>(ur, zr), v128.mul<T>(ui, zi)));
        sumIm = v128.add<T>(sumIm, v128.add<T>(v128.mul<T>(ur, zi), v128.mul<T>(ui, zr)));
      }
      const to = state + base + <usize>load<u32>(offsets + (<usize>r << 2));
      v128.store(to, sumRe); v128.store(to, sumIm, 16);
    }
  }
}
