/** Bytes that can be read from any place: an array, a web Blob, an open file. */
export interface ByteSource {
  readonly size: number;
  /** Bytes [offset, offset + length). */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A source over bytes in memory (views of them), or over a Blob such as a file that a browser's user chose. */
export function byteSource(source: Uint8Array | Blob): ByteSource {
  const close = async (): Promise<void> => {};
  if (source instanceof Uint8Array)
    return { size: source.length, read: async (offset, length) => source.subarray(offset, offset + length), close };
  const read = async (offset: number, length: number): Promise<Uint8Array> =>
    new Uint8Array(await source.slice(offset, offset + length).arrayBuffer());
  return { size: source.size, read, close };
}
