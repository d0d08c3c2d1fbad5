/**
 * 64 bits over the bytes of arrays, as 16 hex digits: tells weights apart in a protocol or a cache key. Not a cryptographic
 * digest; two 32-bit FNV-1a hashes over 32-bit words.
 */
export function fingerprintOf(arrays: readonly (Float32Array | Int32Array)[]): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (const array of arrays) {
    const words = new Int32Array(array.buffer, array.byteOffset, array.length);
    for (let i = 0; i < words.length; i++) {
      a = Math.imul(a ^ words[i], 0x01000193);
      a ^= a >>> 15;
      b = Math.imul(b ^ words[i], 0x85ebca6b);
      b ^= b >>> 13;
    }
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}
