import { constants, deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import { createRng } from "repro-kit";
import { describe, expect, it } from "vitest";
import { adler32 } from "./checksums.ts";
import { createFilterScratch, filterRow } from "./filters.ts";
import { inflateRowsPlain } from "./inflate-rows.ts";
import { adler32Fast, filterFast, type InflatedRows, inflateRowsFast, type RowShape } from "./png-kernels.ts";

const rng = createRng(3);
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => rng.integer(256));
/** A picture whose neighbours resemble each other, so that all filters win sometimes. */
const walk = (length: number): Uint8Array => {
  let value = 128;
  return Uint8Array.from({ length }, () => (value = Math.max(0, Math.min(255, value + rng.integer(9) - 4))));
};
const WIDTHS = [1, 2, 3, 5, 6, 7, 16, 17, 33];

const scope = "test";
const lengthOf = (passes: readonly RowShape[]) =>
  passes.reduce((sum, { numRows, rowBytes }) => sum + numRows * (rowBytes + 1), 0);

describe.each([1, 2, 3, 4, 6, 8])("rows of %i bytes a pixel", (bytesPerPixel) => {
  it("are unfiltered as by the plain version", () => {
    for (const width of WIDTHS)
      for (const type of [0, 1, 2, 3, 4, "mixed"] as const) {
        const [numRows, rowBytes] = [7, width * bytesPerPixel];
        const passes = [
          { numRows, rowBytes, bytesPerPixel },
          { numRows: 2, rowBytes: 2 * rowBytes, bytesPerPixel },
        ];
        const data = passes.map((pass) => {
          const rows = noise(lengthOf([pass]));
          for (let y = 0; y < pass.numRows; y++) rows[y * (pass.rowBytes + 1)] = type === "mixed" ? rng.integer(5) : type;
          return rows;
        });
        const stream = deflateSync(Buffer.concat(data));
        const pieces = [stream.subarray(0, 1), stream.subarray(1, 9), stream.subarray(9)];
        const plain = inflateRowsPlain(pieces, passes, { length: lengthOf(passes), scope });
        expect(inflateRowsFast(pieces, passes)).toEqual(plain);
      }
  });
});

describe("streams", () => {
  const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
  const contents: readonly (readonly [string, (length: number) => Uint8Array])[] = [
    ["noise", noise],
    ["a walk", walk],
    ["one value", (length) => new Uint8Array(length)],
    ["rare values", (length) => Uint8Array.from({ length }, () => (rng.uniform() < 0.01 ? rng.integer(256) : 3))],
    // Lengths of codes that double, so that some are longer than the first tables.
    [
      "skewed values",
      (length) => Uint8Array.from({ length }, () => Math.min(255, Math.floor(-6 * Math.log2(rng.uniform() + 1e-9)))),
    ],
    [
      "repeats from afar",
      (length) => {
        const part = noise(Math.min(length, 30_000));
        return Uint8Array.from({ length }, (_, i) => part[i % part.length]);
      },
    ],
  ];

  it.each(contents)("of %s are inflated as by zlib, and so are damaged ones", (_, draw) => {
    let numRefused = 0;
    for (const strategy of [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE])
      for (const level of [0, 1, 6, 9])
        for (const length of [1, 2, 300, 40_000]) {
          const data = draw(length);
          data[0] = 0; // a row without filter
          const pass = { numRows: 1, rowBytes: length - 1, bytesPerPixel: 1 };
          const whole = deflateSync(data, { level, strategy });
          expect(rowsOf(inflateRowsFast([whole], [pass])).equals(data.subarray(1))).toBe(true);
          for (let k = 0; k < 6; k++) {
            const damaged = new Uint8Array(whole);
            const at = 2 + rng.integer(Math.min(whole.length, 2000) - 2);
            damaged[at] ^= 1 << rng.integer(8);
            const mended = mendChecksum(damaged, length);
            const theirs = inflateByZlib(mended);
            const ours = inflateRowsFast([mended], [pass]);
            if (theirs?.length !== length) expect(ours).not.toHaveProperty("rows");
            else if (theirs[0] === 0) expect(rowsOf(ours).equals(theirs.subarray(1))).toBe(true);
            if (!theirs) numRefused++;
          }
        }
    expect(numRefused).toBeGreaterThan(20);
  });

  it("that are too long, too short, cut or followed by more are refused", () => {
    const pass = { numRows: 1, rowBytes: 99, bytesPerPixel: 1 };
    const of = (length: number) => new Uint8Array(deflateSync(new Uint8Array(length)));
    expect(inflateRowsFast([of(101)], [pass])).toEqual({ problem: "too long" });
    expect(inflateRowsFast([of(99)], [pass])).toEqual({ problem: "too short", length: 99 });
    expect(inflateRowsFast([of(100).subarray(0, -5)], [pass])).toMatchObject({ problem: "damaged" });
    expect(inflateRowsFast([of(100), noise(3)], [pass])).toEqual({ problem: "trailing bytes" });
    expect(inflateRowsFast([of(100).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte))], [pass])).toEqual({
      problem: "wrong checksum",
    });
  });
});

const rowsOf = (result: InflatedRows | undefined): Buffer =>
  Buffer.from(result && "rows" in result ? result.rows : Uint8Array.of(7, 7, 7));

/** The stream with the checksum of what it holds, where zlib can read it: so that damage is not found by that alone. */
function mendChecksum(stream: Uint8Array, length: number): Uint8Array {
  try {
    const out = inflateRawSync(stream.subarray(2, -4), { maxOutputLength: length + 1000 });
    new DataView(stream.buffer).setUint32(stream.length - 4, adler32(out));
  } catch {
    // It cannot be read, whatever its checksum.
  }
  return stream;
}

/** What zlib makes of a stream; undefined where it refuses it, or other bytes stand behind it. */
function inflateByZlib(stream: Uint8Array): Uint8Array | undefined {
  try {
    const { buffer, engine } = inflateSync(stream, { info: true }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    return engine.bytesWritten === stream.length ? new Uint8Array(buffer) : undefined;
  } catch {
    return undefined;
  }
}

describe.each([1, 3])("rows of %i channels", (bytesPerPixel) => {
  it("are filtered as by the plain version", () => {
    const seen = new Set<number>();
    for (const width of WIDTHS)
      for (const pixels of [noise, walk, (length: number) => new Uint8Array(length).fill(7)].map((draw) =>
        draw(9 * width * bytesPerPixel),
      )) {
        const [numRows, rowBytes] = [9, width * bytesPerPixel];
        const plain = new Uint8Array(numRows * (rowBytes + 1));
        const scratch = createFilterScratch(rowBytes);
        for (let y = 0; y < numRows; y++)
          filterRow(pixels, {
            ...{ start: y * rowBytes, rowBytes, bytesPerPixel, scratch, out: plain, at: y * (rowBytes + 1) },
          });
        for (let y = 0; y < numRows; y++) seen.add(plain[y * (rowBytes + 1)]);
        expect(filterFast(pixels, { numRows, rowBytes, bytesPerPixel })).toEqual(plain);
      }
    expect([...seen].sort()).toEqual([0, 1, 2, 4]);
  });
});

it("tells the row of an unknown type", () => {
  const stream = deflateSync(Uint8Array.of(0, 1, 4, 1, 5, 1));
  expect(inflateRowsFast([stream], [{ numRows: 3, rowBytes: 1, bytesPerPixel: 1 }])).toEqual({
    problem: "unknown filter",
    row: 2,
  });
});

it("leaves what is too large to the plain versions", () => {
  const large = new Uint8Array(2 ** 26);
  expect(adler32Fast(large)).toBeUndefined();
  expect(filterFast(large, { numRows: 1024, rowBytes: 65536, bytesPerPixel: 1 })).toBeUndefined();
  expect(inflateRowsFast([noise(9)], [{ numRows: 1, rowBytes: 2 ** 26 - 1, bytesPerPixel: 1 }])).toBeUndefined();
});

it("sums as Adler-32", () => {
  for (const length of [0, 1, 15, 16, 17, 5551, 5552, 5553, 100_003])
    for (const bytes of [noise(length), new Uint8Array(length).fill(255)]) expect(adler32Fast(bytes)).toBe(adler32(bytes));
});
