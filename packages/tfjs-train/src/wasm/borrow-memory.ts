const MEMORY_SECTION = 5;
const IMPORT_SECTION = 2;
const MAX_PAGES = 65536;

/**
 * Rewrites a wasm module so that it imports its memory as `env.memory` where it defined one, so that it can work in the memory
 * of another module. The module must have neither data segments nor imports (AssemblyScript without static data).
 *
 * @param isShared - Whether the memory to come is shared between threads; the two kinds do not fit each other.
 * @see WebAssembly core specification 2.0, §5.5 (binary format of modules).
 */
export function borrowMemory(bytes: Uint8Array<ArrayBuffer>, isShared: boolean): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [bytes.subarray(0, 8)]; // magic and version
  let isImportWritten = false;
  for (let position = 8; position < bytes.length; ) {
    const id = bytes[position];
    const [size, start] = readUnsigned(bytes, position + 1);
    if (id === IMPORT_SECTION) throw new Error("bug: a module that borrows its memory may import nothing else.");
    if (id > IMPORT_SECTION && !isImportWritten) {
      parts.push(memoryImport(isShared)); // sections come in the order of their numbers
      isImportWritten = true;
    }
    if (id !== MEMORY_SECTION) parts.push(bytes.subarray(position, start + size));
    position = start + size;
  }
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

function memoryImport(isShared: boolean): Uint8Array {
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
  const limits = isShared ? [0x03, 0, ...unsigned(MAX_PAGES)] : [0x00, 0]; // flags, minimum, and for shared memory a maximum
  const body = [1, ...name("env"), ...name("memory"), 0x02, ...limits]; // one import, of kind memory
  return Uint8Array.from([IMPORT_SECTION, ...unsigned(body.length), ...body]);
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function readUnsigned(bytes: Uint8Array, position: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[position++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value >>> 0, position];
  }
}
