const MEMORY_SECTION = 5;
const SHARED_BIT = 2;
const HAS_MAXIMUM_BIT = 1;

/** Whether memory may be shared between threads that may also wait for one another: in Node. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== "undefined" && globalThis.process?.getBuiltinModule?.("node:worker_threads") !== undefined;

/** Whether a memory is shared between threads; not every browser has the class to ask by. */
export const isSharedMemory = ({ buffer }: WebAssembly.Memory): boolean =>
  Object.prototype.toString.call(buffer) === "[object SharedArrayBuffer]";

/**
 * A copy of a module whose memory, if it defines one with a maximum, is shared between threads.
 *
 * @see WebAssembly threads proposal, binary format of limits: bit 1 of the flags.
 */
export function withSharedMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  for (let position = 8; position < copy.length; ) {
    const id = copy[position++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = copy[position++];
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const flags = position + 1; // after the number of memories, which is one
    if (id === MEMORY_SECTION && copy[flags] === HAS_MAXIMUM_BIT) copy[flags] |= SHARED_BIT;
    position += size;
  }
  return copy;
}

/** A name among the exports of tfjs's module, by which it is known. */
const EXPORTED_BY_TFJS = new TextEncoder().encode("register_tensor");

function isTfjsModule(bytes: Uint8Array): boolean {
  for (let i = bytes.indexOf(EXPORTED_BY_TFJS[0]); i >= 0; i = bytes.indexOf(EXPORTED_BY_TFJS[0], i + 1))
    if (EXPORTED_BY_TFJS.every((byte, k) => bytes[i + k] === byte)) return true;
  return false;
}

/**
 * Runs the start of tfjs's wasm backend so that its memory can be shared with threads of our own. The backend's ordinary module is
 * used, with one bit changed: its threaded one starts workers in a way that Node refuses.
 */
export async function sharingBackendMemory<T>(start: () => Promise<T>): Promise<T> {
  const stock = WebAssembly.instantiate;
  const replacement = (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) => {
    if (source instanceof WebAssembly.Module) return stock(source, imports);
    const view = ArrayBuffer.isView(source)
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new Uint8Array(source);
    return stock(isTfjsModule(view) ? withSharedMemory(view) : source, imports);
  };
  WebAssembly.instantiate = replacement as typeof stock; // both overloads, as above
  try {
    return await start();
  } finally {
    WebAssembly.instantiate = stock;
  }
}
