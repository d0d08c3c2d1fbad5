import { expect, test } from "vitest";
import { isNpy, readNpyHeader } from "./npy-header.ts";

/** An .npy file of version 1 with this header and as many bytes. */
function npy(header: string, size: number): Uint8Array {
  const text = `${header}\n`;
  const bytes = new Uint8Array(10 + text.length + size);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  return bytes;
}

const header = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

test("type, order and shape are read, and where the data begin", () => {
  const bytes = npy(header(">f4", "(3, 2)", "True"), 24);
  expect(isNpy(bytes)).toBe(true);
  expect(readNpyHeader(bytes, "x")).toEqual({
    type: "f4",
    isBigEndian: true,
    isFortran: true,
    shape: [3, 2],
    dataStart: bytes.length - 24,
  });
  expect(readNpyHeader(npy(header("|u1", "()"), 1), "x").shape).toEqual([]);
  expect(readNpyHeader(npy(header("|u1", "(5L,)"), 5), "x").shape).toEqual([5]);
});

test("what does not fit, or would have to be run, is refused", () => {
  const refused: [Uint8Array, string][] = [
    [npy(header("|u1", "(4,)"), 3), "need 4"],
    [npy(header("|u1", "(9007199254740993, 9007199254740993)"), 3), "got shape (9007199254740993, 9007199254740993)"],
    [npy(header("|O", "(1,)"), 8), "objects, which can only be read by running"],
    [npy("{'descr': [('a', 'u1')], 'fortran_order': False, 'shape': (1,), }", 1), "records"],
    [npy("{'descr': '|u1', 'shape': (1,), }", 1), "must hold descr, fortran_order and shape"],
    [npy(header("|u1", "(1,)"), 1).subarray(0, 20), "claims"],
    [new Uint8Array(20), "begins with"],
  ];
  for (const [bytes, sentence] of refused) expect(() => readNpyHeader(bytes, "x")).toThrow(sentence);
});
