import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "repro-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatasetZip } from "../dataset/open-dataset-zip.ts";
import { importImages } from "../import/import-images.ts";
import { encodePng } from "../png/encode-png.ts";
import { type HostileEntry, makeHostileZip } from "../testing/make-hostile-zip.ts";

const picture = encodePng({ data: new Uint8Array(64), height: 8, width: 8, channels: 1 });
const honest: HostileEntry = { name: "00000/img00000000.png", content: picture };
const other: HostileEntry = { name: "00000/img00000001.png", content: picture };

/** Twelve ways to lead outside, and a NUL. */
const NAMES = [
  "../a.png",
  "x/../../a.png",
  "./../a.png",
  "x/..",
  "..",
  "/a.png",
  "//server/share/a.png",
  "C:/a.png",
  "c:a.png",
  "\\a.png",
  "..\\a.png",
  "x\\..\\..\\a.png",
  "a\0.png",
];

/** A PNG whose header claims 2³¹ − 1 pixels a side. */
function hugePng(): Uint8Array {
  const png = picture.slice();
  const view = new DataView(png.buffer);
  view.setUint32(16, 2 ** 31 - 1);
  view.setUint32(20, 2 ** 31 - 1);
  return png;
}

const claims: readonly [string, Uint8Array, string][] = [
  ...NAMES.map((name): [string, Uint8Array, string] => [
    `the name ${JSON.stringify(name)}`,
    makeHostileZip([honest, { name, content: picture }]),
    name.includes("\0") ? "holds a NUL" : name.replaceAll("\\", "").slice(-5),
  ]),
  ["a symbolic link", makeHostileZip([honest, { name: "link.png", mode: 0o120777 }]), "link.png"],
  ["a size beyond the truth", makeHostileZip([honest, { ...other, size: 5000, compressedSize: 5000 }]), "img00000001"],
  ["two sizes of a stored entry", makeHostileZip([honest, { ...other, size: 5 }]), "img0000000"],
  ["entries that lie over each other", makeHostileZip([honest, { ...other, offset: 10 }]), "img00000001"],
  ["an entry twice", makeHostileZip([honest, honest]), "img00000000"],
  [
    "a ratio over a thousand",
    makeHostileZip([honest, { ...other, content: new Uint8Array(3e7), isCompressed: true }]),
    "img00000001",
  ],
  ["an encrypted entry", makeHostileZip([honest, { ...other, flags: 1, size: picture.length - 12 }]), "img00000001"],
  ["a header of 2^31 pixels", makeHostileZip([{ ...honest, content: hugePng() }, other]), "img00000000"],
  ["a directory that breaks off", makeHostileZip([honest, other], { count: 3 }), ""],
  ["an end cut off", makeHostileZip([honest, other]).slice(0, -40), ""],
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostile-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Opens a zip, reads all of it, and says how it was refused, in what processor time and memory. */
async function refusalOf(read: () => Promise<unknown>): Promise<{ error: unknown; ms: number; bytes: number }> {
  const [cpu, memory] = [process.cpuUsage(), process.memoryUsage()];
  const error = await read().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { user, system } = process.cpuUsage(cpu);
  const now = process.memoryUsage();
  const grown = now.heapUsed - memory.heapUsed + (now.arrayBuffers - memory.arrayBuffers);
  return { error, ms: (user + system) / 1000, bytes: grown };
}

describe.each([
  [
    "the reader of dataset zips",
    async (zip: Uint8Array) => {
      const dataset = await openDatasetZip(zip);
      await dataset.images([0, 1]);
    },
  ],
  [
    "the importer",
    async (zip: Uint8Array) => {
      const source = join(folder, "hostile.zip");
      writeFileSync(source, zip);
      for await (const _ of await importImages({ source, strict: true })) void _;
    },
  ],
])("%s", (_, read) => {
  it("takes an honest zip", () => expect(read(makeHostileZip([honest, other]))).resolves.toBeUndefined());

  it.each(claims)("refuses %s", async (_what, zip, named) => {
    const { error, ms, bytes } = await refusalOf(() => read(zip));
    expect(UsageError.isInstance(error), String(error)).toBe(true);
    expect((error as Error).message.replaceAll("\\", "")).toContain(named);
    expect(ms).toBeLessThan(1000); // 100 on a quiet machine; the soak holds it to that
    expect(bytes).toBeLessThan(2 ** 26);
  });
});

describe("of the dataset reader alone", () => {
  it("refuses ends of zip64 that disagree, and a record of another name", async () => {
    await expect(openDatasetZip(makeHostileZip([honest, other], { zip64: 7 }))).rejects.toThrow("two ends tell different things");
    const renamed = makeHostileZip([honest, { ...other, localName: "00000/img00000009.png" }]);
    const dataset = await openDatasetZip(renamed).catch((error: Error) => error);
    const failure = dataset instanceof Error ? dataset : await dataset.image(1).catch((error: Error) => error);
    expect(String(failure)).toContain("another name");
  });
});
