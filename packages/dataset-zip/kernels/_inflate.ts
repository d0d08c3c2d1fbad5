// Deflate (RFC 1951), with the strictness of zlib: what zlib refuses is refused, what it takes gives the same bytes.

const TOO_LONG: i32 = -1;
const TRUNCATED: i32 = -2;
const BAD_BLOCK: i32 = -3;
const BAD_CODES: i32 = -4;
const BAD_SYMBOL: i32 = -5;
const TOO_FAR: i32 = -6;

// An entry of a decoding table: bits 0–5 how many bits the symbol takes with its extra ones, 8–11 without, 12–14 flags, 16–30 its
// literal, its smallest length or distance, or where its subtable begins.
const LITERAL: u32 = 0x80000000;
const SPECIAL: u32 = 0x4000;
const SUBTABLE: u32 = 0x1000;
const END: u32 = 0x2000;
const INVALID: u32 = SPECIAL | 1;

const LENGTH_BITS: u32 = 11;
const DISTANCE_BITS: u32 = 8;
const CODE_BITS: u32 = 7;
const LENGTH_MASK: u64 = (1 << LENGTH_BITS) - 1;
const DISTANCE_MASK: u64 = (1 << DISTANCE_BITS) - 1;

// Offsets in the scratch memory: where the input ended, the tables, and what is needed to make them.
const LENGTHS: usize = 16;
const DISTANCES: usize = LENGTHS + 4 * 8192;
const CODES: usize = DISTANCES + 4 * 4096;
const CODE_LENGTHS: usize = CODES + 4 * 128; // a byte a symbol
const COUNTS: usize = CODE_LENGTHS + 512; // 16 words
const OFFSETS: usize = COUNTS + 64;
const SORTED: usize = OFFSETS + 64; // 16-bit symbols

const KIND_CODES: i32 = 0;
const KIND_LENGTHS: i32 = 1;
const KIND_DISTANCES: i32 = 2;

/** Base and extra bits of the length symbols from 257 on, and of the distance symbols. */
const lengthBases = memory.data<u16>([3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]);
const lengthExtras = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]);
const codeOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

let bits: u64 = 0;
let count: u64 = 0;
let input: usize = 0;

/** At least 56 bits; what is read beyond the end must be zeros and is found out by where `input` stands. */
// @ts-ignore: decorator
@inline
function refill(): void {
  bits |= load<u64>(input) << count;
  input += <usize>(7 - ((count >> 3) & 7));
  count |= 56;
}

// @ts-ignore: decorator
@inline
function take(n: u64): u32 {
  const value = <u32>(bits & ((1 << n) - 1));
  bits >>= n;
  count -= n;
  return value;
}

function entryOf(kind: i32, symbol: u32): u32 {
  if (kind == KIND_CODES) return symbol << 16;
  if (kind == KIND_DISTANCES) {
    if (symbol > 29) return INVALID;
    const extra: u32 = symbol < 4 ? 0 : (symbol >> 1) - 1;
    const base: u32 = symbol < 4 ? symbol + 1 : ((2 + (symbol & 1)) << extra) + 1;
    return (base << 16) | extra;
  }
  if (symbol < 256) return LITERAL | (symbol << 16);
  if (symbol == 256) return SPECIAL | END;
  if (symbol > 285) return INVALID;
  return (<u32>load<u16>(lengthBases + ((symbol - 257) << 1)) << 16) | <u32>load<u8>(lengthExtras + (symbol - 257));
}

/** Makes the table of a code from the lengths of its symbols; false where they are no code that zlib takes. */
function build(scratch: usize, kind: i32, lengths: usize, numSymbols: u32, table: usize, tableBits: u32): bool {
  memory.fill(scratch + COUNTS, 0, 64);
  for (let s: u32 = 0; s < numSymbols; s++) {
    const at = scratch + COUNTS + ((<usize>load<u8>(lengths + s)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  store<u32>(scratch + COUNTS, 0);
  let longest: u32 = 15;
  while (longest > 0 && load<u32>(scratch + COUNTS + (longest << 2)) == 0) longest--;
  let left: i32 = 1;
  let offset: u32 = 0;
  for (let length: u32 = 1; length <= 15; length++) {
    const n = load<u32>(scratch + COUNTS + (length << 2));
    left = (left << 1) - <i32>n;
    if (left < 0) return false;
    store<u32>(scratch + OFFSETS + (length << 2), offset);
    offset += n;
  }
  if (left > 0 && (kind == KIND_CODES || longest > 1)) return false;
  for (let s: u32 = 0; s < numSymbols; s++) {
    const length = <usize>load<u8>(lengths + s);
    if (length == 0) continue;
    const at = scratch + OFFSETS + (length << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    store<u16>(scratch + SORTED + (place << 1), <u16>s);
  }
  const size: u32 = 1 << tableBits;
  if (left > 0) for (let i: u32 = 0; i < size; i++) store<u32>(table + (i << 2), INVALID);
  const subBits: u32 = longest > tableBits ? longest - tableBits : 0;
  let next = size;
  let code: u32 = 0;
  let place: u32 = 0;
  let prefix: u32 = 0xffffffff;
  for (let length: u32 = 1; length <= longest; length++, code <<= 1) {
    for (let n = load<u32>(scratch + COUNTS + (length << 2)); n > 0; n--, place++, code++) {
      let reversed = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
      reversed = ((reversed & 0x3333) << 2) | ((reversed >> 2) & 0x3333);
      reversed = ((reversed & 0x0f0f) << 4) | ((reversed >> 4) & 0x0f0f);
      reversed = (((reversed & 0xff) << 8) | (reversed >> 8)) >> (16 - length);
      const plain = entryOf(kind, load<u16>(scratch + SORTED + (place << 1)));
      if (length <= tableBits) {
        const entry = plain == INVALID ? plain : plain + length + (length << 8);
        for (let i = reversed; i < size; i += 1 << length) store<u32>(table + (i << 2), entry);
        continue;
      }
      if ((reversed & (size - 1)) != prefix) {
        prefix = reversed & (size - 1);
        store<u32>(table + (prefix << 2), SPECIAL | SUBTABLE | (next << 16) | (subBits << 8) | tableBits);
        next += 1 << subBits;
      }
      const rest = length - tableBits;
      const entry = plain == INVALID ? plain : plain + rest + (rest << 8);
      const start = next - (1 << subBits);
      for (let i = reversed >> tableBits; i < <u32>(1 << subBits); i += 1 << rest) store<u32>(table + ((start + i) << 2), entry);
    }
  }
  return true;
}

/** The codes of a block with codes of its own. */
function readCodes(scratch: usize): bool {
  refill();
  const numLengths = take(5) + 257;
  const numDistances = take(5) + 1;
  const numCodes = take(4) + 4;
  if (numLengths > 286 || numDistances > 30) return false;
  const lengths = scratch + CODE_LENGTHS;
  memory.fill(lengths, 0, 19);
  for (let i: u32 = 0; i < numCodes; i++) {
    if (count < 3) refill();
    store<u8>(lengths + <usize>load<u8>(codeOrder + i), <u8>take(3));
  }
  if (!build(scratch, KIND_CODES, lengths, 19, scratch + CODES, CODE_BITS)) return false;
  const total = numLengths + numDistances;
  for (let i: u32 = 0; i < total; ) {
    refill();
    const entry = load<u32>(scratch + CODES + (<usize>(bits & ((1 << CODE_BITS) - 1)) << 2));
    take(entry & 63);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(lengths + i++, <u8>symbol);
      continue;
    }
    if (symbol == 16 && i == 0) return false;
    const repeated: u8 = symbol == 16 ? load<u8>(lengths + i - 1) : 0;
    const times = symbol == 16 ? 3 + take(2) : symbol == 17 ? 3 + take(3) : 11 + take(7);
    if (i + times > total) return false;
    memory.fill(lengths + i, repeated, times);
    i += times;
  }
  if (load<u8>(lengths + 256) == 0) return false;
  return (
    build(scratch, KIND_LENGTHS, lengths, numLengths, scratch + LENGTHS, LENGTH_BITS) &&
    build(scratch, KIND_DISTANCES, lengths + numLengths, numDistances, scratch + DISTANCES, DISTANCE_BITS)
  );
}

function fixedCodes(scratch: usize): void {
  const lengths = scratch + CODE_LENGTHS;
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  build(scratch, KIND_LENGTHS, lengths, 288, scratch + LENGTHS, LENGTH_BITS);
  memory.fill(lengths, 5, 32);
  build(scratch, KIND_DISTANCES, lengths, 32, scratch + DISTANCES, DISTANCE_BITS);
}

// @ts-ignore: decorator
@inline
function copyMatch(out: usize, distance: usize, length: usize): void {
  const end = out + length;
  let source = out - distance;
  if (distance >= 16) {
    for (; out < end; out += 16, source += 16) v128.store(out, v128.load(source));
  } else if (distance == 1) {
    const filled = i8x16.splat(load<u8>(source));
    for (; out < end; out += 16) v128.store(out, filled);
  } else {
    for (; out < end; out++, source++) store<u8>(out, load<u8>(source));
  }
}

/**
 * Inflates the stream from `from` to `end`, behind which 32 zeros lie, into `room` bytes at `to`, behind which 320 bytes are free.
 * `scratch` are 64 KiB; its first word receives the address behind the stream.
 *
 * @returns the number of bytes, or what is wrong.
 */
export function inflate(from: usize, end: usize, to: usize, room: usize, scratch: usize): i32 {
  bits = 0;
  count = 0;
  input = from;
  let out = to;
  const limit = end + 8;
  const outEnd = to + room;
  for (let isLast = false; !isLast; ) {
    if (input > limit) return TRUNCATED;
    refill();
    isLast = take(1) == 1;
    const kind = take(2);
    if (kind == 3) return BAD_BLOCK;
    if (kind == 0) {
      take(count & 7);
      input -= <usize>(count >> 3);
      bits = 0;
      count = 0;
      if (input + 4 > end) return TRUNCATED;
      const size = <usize>load<u16>(input);
      if ((size ^ <usize>load<u16>(input + 2)) != 0xffff) return BAD_BLOCK;
      input += 4;
      if (size > end - input) return TRUNCATED;
      if (size > outEnd - out) return TOO_LONG;
      memory.copy(out, input, size);
      input += size;
      out += size;
      continue;
    }
    if (kind == 1) fixedCodes(scratch);
    else if (!readCodes(scratch)) return BAD_CODES;
    const problem = readSymbols(scratch, limit, to, out, outEnd);
    if (problem < 0) return problem;
    out = to + <usize>problem;
  }
  input -= <usize>(count >> 3);
  store<u32>(scratch, <u32>input);
  return input > end ? TRUNCATED : <i32>(out - to);
}

/** The symbols of a block up to its end; returns the length of the output so far, or what is wrong. */
function readSymbols(scratch: usize, limit: usize, to: usize, start: usize, outEnd: usize): i32 {
  const lengths = scratch + LENGTHS;
  const distances = scratch + DISTANCES;
  let out = start;
  let b = bits;
  let c = count;
  let p = input;
  for (;;) {
    if (out > outEnd) return p - <usize>(c >> 3) > limit - 8 ? TRUNCATED : TOO_LONG;
    if (p > limit) return TRUNCATED;
    b |= load<u64>(p) << c;
    p += <usize>(7 - ((c >> 3) & 7));
    c |= 56;
    let entry = load<u32>(lengths + (<usize>(b & LENGTH_MASK) << 2));
    if (entry & LITERAL) {
      b >>= <u64>(entry & 63);
      c -= <u64>(entry & 63);
      store<u8>(out++, entry >> 16);
      entry = load<u32>(lengths + (<usize>(b & LENGTH_MASK) << 2));
      if (entry & LITERAL) {
        b >>= <u64>(entry & 63);
        c -= <u64>(entry & 63);
        store<u8>(out++, entry >> 16);
        entry = load<u32>(lengths + (<usize>(b & LENGTH_MASK) << 2));
        if (entry & LITERAL) {
          b >>= <u64>(entry & 63);
          c -= <u64>(entry & 63);
          store<u8>(out++, entry >> 16);
          entry = load<u32>(lengths + (<usize>(b & LENGTH_MASK) << 2));
          if (entry & LITERAL) {
            b >>= <u64>(entry & 63);
            c -= <u64>(entry & 63);
            store<u8>(out++, entry >> 16);
            continue;
          }
        }
      }
      b |= load<u64>(p) << c;
      p += <usize>(7 - ((c >> 3) & 7));
      c |= 56;
    }
    if (entry & SPECIAL) {
      if (entry & SUBTABLE) {
        b >>= LENGTH_BITS;
        c -= LENGTH_BITS;
        const index = ((entry >> 16) & 0x3fff) + (<u32>b & ((1 << ((entry >> 8) & 15)) - 1));
        entry = load<u32>(lengths + (<usize>index << 2));
        if (entry & LITERAL) {
          b >>= <u64>(entry & 63);
          c -= <u64>(entry & 63);
          store<u8>(out++, entry >> 16);
          continue;
        }
      }
      if (entry & SPECIAL) {
        if (!(entry & END)) return BAD_SYMBOL;
        b >>= <u64>(entry & 63);
        c -= <u64>(entry & 63);
        break;
      }
    }
    const lengthBits = <u64>(entry & 63);
    const length = ((entry >> 16) & 0x1ff) + (<u32>(b & ((1 << lengthBits) - 1)) >> ((entry >> 8) & 15));
    b >>= lengthBits;
    c -= lengthBits;
    entry = load<u32>(distances + (<usize>(b & DISTANCE_MASK) << 2));
    if (entry & SPECIAL) {
      if (!(entry & SUBTABLE)) return BAD_SYMBOL;
      b >>= DISTANCE_BITS;
      c -= DISTANCE_BITS;
      const index = ((entry >> 16) & 0x3fff) + (<u32>b & ((1 << ((entry >> 8) & 15)) - 1));
      entry = load<u32>(distances + (<usize>index << 2));
      if (entry & SPECIAL) return BAD_SYMBOL;
    }
    const distanceBits = <u64>(entry & 63);
    const distance = <usize>((entry >> 16) + (<u32>(b & ((1 << distanceBits) - 1)) >> ((entry >> 8) & 15)));
    b >>= distanceBits;
    c -= distanceBits;
    if (distance > out - to) return TOO_FAR;
    if (out > outEnd) return p - <usize>(c >> 3) > limit - 8 ? TRUNCATED : TOO_LONG;
    copyMatch(out, distance, <usize>length);
    out += <usize>length;
  }
  if (out > outEnd) return p - <usize>(c >> 3) > limit - 8 ? TRUNCATED : TOO_LONG;
  bits = b;
  count = c;
  input = p;
  return <i32>(out - to);
}
