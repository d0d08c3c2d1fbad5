import { zipSync } from "fflate";
import { createRng, UsageError } from "repro-kit";
import { describe, expect, it } from "vitest";
import { joinBytes } from "../testing/make-test-png.ts";
import { byteSource } from "./byte-source.ts";
import { readZipDirectory, readZipEntry } from "./zip-reader.ts";
import { createZipEncoder } from "./zip-writer.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

function makeZip(files: Readonly<Record<string, string>>): Uint8Array {
  const zip = createZipEncoder();
  const pieces = Object.entries(files).flatMap(([name, content]) => zip.entry(name, bytes(content)));
  return joinBytes([...pieces, ...zip.end()]);
}

async function readAll(zip: Uint8Array | Blob): Promise<Record<string, string>> {
  const source = byteSource(zip);
  const files: Record<string, string> = {};
  for (const entry of await readZipDirectory(source)) files[entry.name] = text(await readZipEntry(source, entry));
  return files;
}

const FILES = { "a.txt": "one", "b/ü.txt": "two".repeat(50), empty: "" };

describe("the zip reader", () => {
  it("reads what the encoder writes, from memory and from a Blob", async () => {
    expect(await readAll(makeZip(FILES))).toEqual(FILES);
    expect(await readAll(new Blob([makeZip(FILES).slice()]))).toEqual(FILES);
  });

  it("reads compressed entries and zips with a comment", async () => {
    const zip = zipSync(Object.fromEntries(Object.entries(FILES).map(([name, content]) => [name, bytes(content)])), { level: 6 });
    expect(await readAll(zip)).toEqual(FILES);
    const commented = joinBytes([zip, bytes("hello")]);
    commented[zip.length - 2] = 5;
    expect(await readAll(commented)).toEqual(FILES);
  });

  it("reads zip64 records: more than 65 535 entries", { timeout: 30_000 }, async () => {
    const zip = createZipEncoder();
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < 65_600; i++) pieces.push(...zip.entry(`${i}`, Uint8Array.of(i & 255)));
    const source = byteSource(joinBytes([...pieces, ...zip.end()]));
    const entries = await readZipDirectory(source);
    expect(entries.length).toBe(65_600);
    expect(await readZipEntry(source, entries[65_599])).toEqual(Uint8Array.of(65_599 & 255));
  });

  const zip = makeZip(FILES);
  const patched = (at: number, ...values: number[]) => zip.map((byte, i) => values[i - at] ?? byte);
  const directoryAt = text(zip.map((byte) => (byte < 128 ? byte : 63))).indexOf("PK\u0001\u0002");
  it.each([
    ["nothing", new Uint8Array(0), "not a zip: it is empty"],
    ["something else", bytes("hello world, this is no zip"), "not a zip."],
    ["a cut zip", zip.subarray(0, zip.length - 30), "truncated: its directory"],
    ["a cut zip, by one byte", zip.subarray(0, zip.length - 1), "truncated: its directory"],
    ["a missing middle", joinBytes([zip.subarray(0, 20), zip.subarray(60)]), "damaged"],
    ["encryption", patched(directoryAt + 8, 1), 'entry "a.txt" is encrypted'],
    ["another compression", patched(directoryAt + 10, 12), "compression method 12"],
    ["a lying size", patched(directoryAt + 20, 200), "two sizes"],
    ["a far offset", patched(directoryAt + 42, 255, 255, 1), "reaches beyond"],
    ["one name twice", makeZipTwice(), 'two entries named "a"'],
  ])("refuses %s", async (_, broken, sentence) => {
    await expect(readAll(broken)).rejects.toThrow(sentence);
    await expect(readAll(broken)).rejects.toThrow(UsageError);
  });

  it("refuses damaged bytes of an entry", async () => {
    await expect(readAll(patched(35, 65, 66))).rejects.toThrow('entry "a.txt" is damaged: its checksum is wrong');
  });

  it("refuses an entry that inflates to more than it says", async () => {
    const bomb = zipSync({ bomb: new Uint8Array(3e6) }, { level: 9 });
    const view = new DataView(bomb.buffer);
    const central = bomb.length - 22 - 46 - 4;
    view.setUint32(central + 24, 1000, true);
    await expect(readAll(bomb)).rejects.toThrow("does not have the 1000 bytes");
    view.setUint32(central + 24, 4e8, true);
    await expect(readAll(bomb)).rejects.toThrow("claims 400000000 bytes");
  });

  it("gives the files or one sentence, whatever the bytes", async () => {
    const rng = createRng(7);
    const bases = [zip, zipSync({ a: bytes("one two three ".repeat(9)), b: bytes("4") }, { level: 9 })];
    let refused = 0;
    for (let round = 0; round < 4000; round++) {
      let mutated = bases[round % 2].slice();
      for (let k = rng.integer(3); k >= 0; k--)
        mutated[rng.integer(mutated.length)] = [0, 255, 80, rng.integer(256)][rng.integer(4)];
      if (rng.integer(4) === 0) mutated = mutated.slice(0, rng.integer(mutated.length));
      try {
        await readAll(mutated);
      } catch (error) {
        if (!UsageError.isInstance(error)) throw error;
        expect(error.message).toMatch(/^\[readZip.*\] .+\.$/s);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

function makeZipTwice(): Uint8Array {
  const twice = createZipEncoder();
  return joinBytes([...twice.entry("a", bytes("1")), ...twice.entry("a", bytes("2")), ...twice.end()]);
}
