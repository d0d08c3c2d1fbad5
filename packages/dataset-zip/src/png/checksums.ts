const CRC_POLYNOMIAL = 0xedb88320;
const ADLER_MODULUS = 65521;
/** Largest n for which 255 n (n + 1) / 2 + (n + 1) (65521 − 1) stays below 2^32. */
const ADLER_RUN = 5552;

/** Four tables of 256: table[k] advances a byte that stands k bytes before the end of a four-byte step. */
const tables = /* @__PURE__ */ makeTables();

function makeTables(): readonly Uint32Array[] {
  const all = Array.from({ length: 4 }, () => new Uint32Array(256));
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? CRC_POLYNOMIAL ^ (c >>> 1) : c >>> 1;
    all[0][n] = c;
  }
  for (let n = 0; n < 256; n++) for (let k = 1; k < 4; k++) all[k][n] = all[0][all[k - 1][n] & 0xff] ^ (all[k - 1][n] >>> 8);
  return all;
}

/** Node's zlib, several times as fast from some bytes on; undefined in a browser, and no bundler sees it. */
const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
const WORTH_A_CALL = 64;

/**
 * CRC-32 (ISO 3309, as in PNG and zip) of bytes [start, end), as an unsigned integer.
 *
 * @param previous - CRC of the bytes before, to continue with.
 */
export function crc32(bytes: Uint8Array, start = 0, end: number = bytes.length, previous = 0): number {
  if (zlib && end - start >= WORTH_A_CALL) return zlib.crc32(bytes.subarray(start, end), previous);
  return crc32Plain(bytes, start, end, previous);
}

/** `crc32` without Node. */
export function crc32Plain(bytes: Uint8Array, start = 0, end: number = bytes.length, previous = 0): number {
  const [t0, t1, t2, t3] = tables;
  let c = ~previous;
  let i = start;
  for (const stop = end - 3; i < stop; i += 4) {
    c ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    c = t3[c & 0xff] ^ t2[(c >>> 8) & 0xff] ^ t1[(c >>> 16) & 0xff] ^ t0[c >>> 24];
  }
  for (; i < end; i++) c = t0[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
  return ~c >>> 0;
}

/** Adler-32 (RFC 1950) of bytes [start, end), as an unsigned integer. */
export function adler32(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let a = 1;
  let b = 0;
  for (let i = start; i < end; ) {
    for (const stop = Math.min(i + ADLER_RUN, end); i < stop; i++) {
      a += bytes[i];
      b += a;
    }
    a %= ADLER_MODULUS;
    b %= ADLER_MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}
