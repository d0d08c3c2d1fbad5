/**
 * Where results are kept between runs: named byte strings, each of them whole or not there. A folder on disk (`folderStore` of qgan-lab),
 * a browser's database, or memory.
 */
export interface ByteStore {
  /** What was written under this name; undefined where nothing was. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Must not leave a part behind when it is interrupted. */
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** Keeps everything in memory, for as long as the object lives. */
export function memoryStore(): ByteStore {
  const entries = new Map<string, Uint8Array>();
  return {
    read: async (name) => entries.get(name),
    async write(name, bytes) {
      entries.set(name, bytes.slice());
    },
  };
}

const encoder = new TextEncoder();

/** A value as JSON. */
export function writeJson(store: ByteStore, name: string, value: unknown): Promise<void> {
  return store.write(name, encoder.encode(`${JSON.stringify(value, null, 1)}\n`));
}

/** What `writeJson` wrote; undefined where there is nothing, or nothing that is JSON (then it is computed again). */
export async function readJson(store: ByteStore, name: string): Promise<unknown> {
  const bytes = await store.read(name);
  if (!bytes) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
