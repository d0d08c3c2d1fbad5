import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { joinBytes } from "../testing/make-test-png.ts";
import { createZipEncoder, endRecords } from "./zip-writer.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("createZipEncoder", () => {
  it("writes the bytes of Python's zipfile", () => {
    const zip = createZipEncoder();
    const pieces = [
      ...zip.entry("00000/img00000000.png", bytes("first")),
      ...zip.entry("dataset.json", bytes("{}")),
      ...zip.end(),
    ];
    const file = joinBytes(pieces);
    // Python 3.11: zipfile.ZipFile(f, "w", ZIP_STORED), writestr(ZipInfo(name, (2021, 1, 1, 0, 0, 0)) with external_attr 0o600 << 16.
    expect(file.length).toBe(247);
    expect(createHash("sha256").update(file).digest("hex")).toBe(
      "a0a2161b46eb1e8048ed2b2e31c512bd7680432f7b1249f63b7e438c5128169a",
    );
  });
});

describe("endRecords", () => {
  it("needs no zip64 for what fits", () => expect(endRecords({ count: 65535, start: 2 ** 31 - 1, size: 1000 }).length).toBe(22));

  it.each([
    ["entries", { count: 65536, start: 100, size: 100 }],
    ["bytes", { count: 2, start: 2 ** 31, size: 100 }],
  ])("has zip64 records for many %s", (_, directory) => {
    const records = endRecords(directory);
    const view = new DataView(records.buffer);
    expect(records.length).toBe(98);
    expect([view.getUint32(0, true), view.getUint32(56, true), view.getUint32(76, true)]).toEqual([
      0x06064b50, 0x07064b50, 0x06054b50,
    ]);
    expect(Number(view.getBigUint64(32, true))).toBe(directory.count);
    expect(Number(view.getBigUint64(48, true))).toBe(directory.start);
    expect(Number(view.getBigUint64(64, true))).toBe(directory.start + directory.size);
  });
});
