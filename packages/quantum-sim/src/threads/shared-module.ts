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

const IMPORTS = 2;
const MEMORY = 5;
const HEADER_BYTES = 8;
const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];

/**
 * The bytes of a module that defines its memory, changed so that it imports a shared one as `env.memory`: threads then work on the same
 * arrays. Data segments must be constants, as every instance writes them again.
 *
 * @param maximumPages - Of 64 KiB; the memory given must have the same.
 * @see https://webassembly.github.io/threads/core/binary/types.html#limits
 */
export function withSharedMemory(bytes: Uint8Array, maximumPages: number): Uint8Array<ArrayBuffer> {
  const sections: { id: number; content: Uint8Array }[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const [length, start] = readNumber(bytes, at + 1);
    sections.push({ id: bytes[at], content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  const memory = sections.find(({ id }) => id === MEMORY);
  if (!memory) throw new Error("bug: the kernel defines no memory.");
  const [initialPages] = readNumber(memory.content, 2); // one memory, its flags, its least size
  const sharedWithMaximum = 3;
  const entry = [
    ...name("env"),
    ...name("memory"),
    2,
    sharedWithMaximum,
    ...numberBytes(initialPages),
    ...numberBytes(maximumPages),
  ];
  const others = sections.find(({ id }) => id === IMPORTS);
  const [count, first] = others ? readNumber(others.content, 0) : [0, 0];
  const imports = [...numberBytes(count + 1), ...(others ? others.content.subarray(first) : []), ...entry];
  // Types come before imports, all else after them.
  const kept = sections.filter(({ id }) => id !== MEMORY && id !== IMPORTS);
  const afterTypes = kept.findIndex(({ id }) => id > IMPORTS);
  kept.splice(afterTypes < 0 ? kept.length : afterTypes, 0, { id: IMPORTS, content: Uint8Array.from(imports) });
  const out: number[] = [...bytes.subarray(0, HEADER_BYTES)];
  for (const { id, content } of kept) {
    out.push(id, ...numberBytes(content.length));
    for (const byte of content) out.push(byte);
  }
  return Uint8Array.from(out);
}
