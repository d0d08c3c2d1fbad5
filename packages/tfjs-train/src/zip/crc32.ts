const POLYNOMIAL = 0xedb88320;

/** Four tables of 256: table[k] advances a byte that stands k bytes before the end of a four-byte step. */
const tables = /* @__PURE__ */ makeTables();

function makeTables(): readonly Uint32Array[] {
  const all = Array.from({ length: 4 }, () => new Uint32Array(256));
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? POLYNOMIAL ^ (c >>> 1) : c >>> 1;
    all[0][n] = c;
  }
  for (let n = 0; n < 256; n++) for (let k = 1; k < 4; k++) all[k][n] = all[0][all[k - 1][n] & 0xff] ^ (all[k - 1][n] >>> 8);
  return all;
}

/** CRC-32 (ISO 3309, as in zip), as an unsigned integer. */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = tables;
  let c = ~0;
  let i = 0;
  for (const stop = bytes.length - 3; i < stop; i += 4) {
    c ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    c = t3[c & 0xff] ^ t2[(c >>> 8) & 0xff] ^ t1[(c >>> 16) & 0xff] ^ t0[c >>> 24];
  }
  for (; i < bytes.length; i++) c = t0[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
  return ~c >>> 0;
}
