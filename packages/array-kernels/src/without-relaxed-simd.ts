const TYPES = 1;
const FUNCTIONS = 3;
const CODE = 10;
const HEADER_BYTES = 8;
const V128 = 0x7b;

/** Reads an unsigned LEB128 number: [value, index after it]. */
function readNumber(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let shift = 0; ; shift += 7, at++) {
    value += (bytes[at] & 127) * 2 ** shift;
    if (bytes[at] < 128) return [value, at + 1];
  }
}

function numberBytes(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) + 128);
  }
}

/** The index after so many LEB128 numbers, signed or not. */
function skipNumbers(bytes: Uint8Array, at: number, count: number): number {
  for (let left = count; left > 0; at++) if (bytes[at] < 128) left--;
  return at;
}

/** Where the immediates of an instruction with opcode `op`, which begin at `at`, end. */
function skipImmediates(bytes: Uint8Array, op: number, at: number): number {
  if (op === 0x0e) {
    const [count, first] = readNumber(bytes, at);
    return skipNumbers(bytes, first, count + 1); // br_table
  }
  if (op === 0x1c) {
    const [count, first] = readNumber(bytes, at);
    return first + count; // select with types
  }
  if (op === 0x11 || (op >= 0x28 && op <= 0x3e)) return skipNumbers(bytes, at, 2); // call_indirect, loads and stores
  const hasOne =
    (op >= 0x02 && op <= 0x04) || (op >= 0x0c && op <= 0x10) || (op >= 0x20 && op <= 0x26) || (op >= 0x3f && op <= 0x42);
  if (hasOne && op !== 0x0f) return skipNumbers(bytes, at, 1); // blocks, branches, call, variables, memory.size, integers
  if (op === 0x43) return at + 4;
  if (op === 0x44) return at + 8;
  if (op === 0xfc) {
    const [own, first] = readNumber(bytes, at);
    return skipNumbers(bytes, first, own < 8 ? 0 : own === 9 || own === 11 || own === 13 ? 1 : own < 15 ? 2 : 1);
  }
  if (op !== 0xfd) return at;
  const [own, first] = readNumber(bytes, at);
  if (own === 12 || own === 13) return first + 16; // v128.const, shuffle
  if (own >= 21 && own <= 34) return first + 1; // a lane
  if (own <= 11 || own === 92 || own === 93) return skipNumbers(bytes, first, 2);
  if (own >= 84 && own <= 91) return skipNumbers(bytes, first, 2) + 1; // memory and a lane
  return first;
}

/** The multiply-adds, a b c → c ± a·b, as a multiplication and then an addition or subtraction. */
const replacements: ReadonlyMap<number, readonly [multiply: number, combine: number]> = new Map([
  [0x105, [0xe6, 0xe4]],
  [0x106, [0xe6, 0xe5]],
  [0x107, [0xf2, 0xf0]],
  [0x108, [0xf2, 0xf1]],
]);
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;

/** A body (its locals, then instructions) without relaxed multiply-adds; `numParams` of the function. */
function rewriteBody(body: Uint8Array, numParams: number): number[] {
  const [numGroups, firstGroup] = readNumber(body, 0);
  let at = firstGroup;
  let numLocals = numParams;
  for (let g = 0; g < numGroups; g++) {
    const [count, type] = readNumber(body, at);
    numLocals += count;
    at = type + 1;
  }
  const simd = (op: number) => [0xfd, ...numberBytes(op)];
  const [addend, product] = [numberBytes(numLocals), numberBytes(numLocals + 1)];
  const out: number[] = [];
  let isChanged = false;
  const firstInstruction = at;
  while (at < body.length) {
    const end = skipImmediates(body, body[at], at + 1);
    const found = body[at] === 0xfd ? replacements.get(readNumber(body, at + 1)[0]) : undefined;
    if (found) {
      const [multiply, combine] = found;
      out.push(LOCAL_SET, ...addend, ...simd(multiply), LOCAL_SET, ...product);
      out.push(LOCAL_GET, ...addend, LOCAL_GET, ...product, ...simd(combine));
      isChanged = true;
    } else for (; at < end; at++) out.push(body[at]);
    at = end;
  }
  if (!isChanged) return [...body];
  return [...numberBytes(numGroups + 1), ...body.subarray(firstGroup, firstInstruction), 2, V128, ...out];
}

/**
 * The bytes of a module with its relaxed multiply-adds carried out as a multiplication and an addition, for engines that do not know
 * relaxed SIMD. Other instructions stay as they are; those of proposals that `compile-kernels.mjs` does not switch on are not read.
 *
 * @see https://github.com/WebAssembly/relaxed-simd/blob/main/proposals/relaxed-simd/Overview.md
 */
export function withoutRelaxedSimd(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out: number[] = [...bytes.subarray(0, HEADER_BYTES)];
  const paramsOfType: number[] = [];
  const typeOfFunction: number[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const id = bytes[at];
    const [length, start] = readNumber(bytes, at + 1);
    const content = bytes.subarray(start, start + length);
    at = start + length;
    let [count, next] = readNumber(content, 0);
    if (id === TYPES)
      for (; count > 0; count--) {
        const [params, firstParam] = readNumber(content, next + 1);
        paramsOfType.push(params);
        const [results, firstResult] = readNumber(content, firstParam + params);
        next = firstResult + results;
      }
    if (id === FUNCTIONS)
      for (; count > 0; count--) {
        const [type, after] = readNumber(content, next);
        typeOfFunction.push(type);
        next = after;
      }
    if (id !== CODE) {
      out.push(id, ...numberBytes(length));
      for (const byte of content) out.push(byte);
      continue;
    }
    const code = numberBytes(count);
    for (let f = 0; f < count; f++) {
      const [size, first] = readNumber(content, next);
      next = first + size;
      const body = rewriteBody(content.subarray(first, next), paramsOfType[typeOfFunction[f]]);
      code.push(...numberBytes(body.length));
      for (const byte of body) code.push(byte);
    }
    out.push(id, ...numberBytes(code.length));
    for (const byte of code) out.push(byte);
  }
  return Uint8Array.from(out);
}
