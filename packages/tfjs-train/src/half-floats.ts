const scratchBits = new Uint32Array(1);
const scratchFloat = new Float32Array(scratchBits.buffer);
let halves: Float32Array | undefined;

/** Value of an IEEE 754 binary16. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Value of a bfloat16: the upper half of a binary32. */
export function bfloatToFloat(half: number): number {
  scratchBits[0] = half << 16;
  return scratchFloat[0];
}

/** The binary16 nearest to a binary32, ties to even; beyond 65504 infinity, as IEEE 754 has it. */
export function floatToHalf(value: number): number {
  scratchFloat[0] = value;
  const sign = (scratchBits[0] >>> 16) & 0x8000;
  const bits = scratchBits[0] & 0x7fffffff;
  if (bits > 0x7f800000) return sign | 0x7e00; // NaN
  if (bits >= 0x47800000) return sign | 0x7c00; // 65536 and more
  if (bits >= 0x38800000) return sign | ((bits - 0x38000000 + 0xfff + ((bits >> 13) & 1)) >> 13);
  const steps = Math.abs(scratchFloat[0]) * 2 ** 24; // below 2^-14 the halves stand 2^-24 apart
  const below = Math.floor(steps);
  const rest = steps - below;
  return sign | (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below);
}

/** The bfloat16 nearest to a binary32, ties to even. */
export function floatToBfloat(value: number): number {
  scratchFloat[0] = value;
  const [bits] = scratchBits;
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays one
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** Halves in little-endian bytes as float32, exactly. */
export function widenHalves(bytes: Uint8Array, dtype: "F16" | "BF16"): Float32Array {
  const out = new Float32Array(bytes.length / 2);
  if (dtype === "BF16") {
    const bits = new Uint32Array(out.buffer);
    for (let i = 0; i < bits.length; i++) bits[i] = (bytes[2 * i] | (bytes[2 * i + 1] << 8)) << 16;
    return out;
  }
  halves ??= Float32Array.from({ length: 65_536 }, (_, half) => halfToFloat(half));
  for (let i = 0; i < out.length; i++) out[i] = halves[bytes[2 * i] | (bytes[2 * i + 1] << 8)];
  return out;
}

/** The nearest halves as little-endian bytes. */
export function narrowFloats(values: Float32Array, dtype: "F16" | "BF16"): Uint8Array {
  const out = new Uint8Array(2 * values.length);
  const narrow = dtype === "F16" ? floatToHalf : floatToBfloat;
  for (let i = 0; i < values.length; i++) {
    const half = narrow(values[i]);
    out[2 * i] = half & 255;
    out[2 * i + 1] = half >>> 8;
  }
  return out;
}
