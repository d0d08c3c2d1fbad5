/** Bytes that can be read from any place: an array, a web Blob, an open file. */
export interface ByteSource {
  readonly size: number;
  /** Whether reading costs nothing, so that a look at every entry does not either. */
  readonly isInMemory: boolean;
  /** Bytes [offset, offset + length); fewer only at the end. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A source over bytes in memory, or over a Blob (a file that a browser user chose). */
export function byteSource(source: Uint8Array | Blob): ByteSource {
  const close = async (): Promise<void> => {};
  if (source instanceof Uint8Array)
    return { size: source.length, isInMemory: true, read: (offset, length) => source.subarray(offset, offset + length), close };
  const read = async (offset: number, length: number): Promise<Uint8Array> =>
    new Uint8Array(await source.slice(offset, offset + length).arrayBuffer());
  return { size: source.size, isInMemory: false, read, close };
}
