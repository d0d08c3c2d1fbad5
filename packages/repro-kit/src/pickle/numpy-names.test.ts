import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isPickledArray, numpyNames } from "./numpy-names.ts";
import { plainNames } from "./pickle-names.ts";
import { readPickle } from "./read-pickle.ts";

const allowed = { ...plainNames, ...numpyNames };

describe.each([2, 3, 4, 5])("protocol %i", (protocol) => {
  const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, "__fixtures__", `numpy-${protocol}.pkl`)));
  const values = readPickle(bytes, { allowed }).value as Map<string, unknown>; // it holds a dict
  const array = (name: string) => {
    const value = values.get(name);
    if (!isPickledArray(value)) throw new Error(`${name} is no array`);
    const { type, shape, isBigEndian, isFortran } = value;
    return [type, shape, isBigEndian, isFortran, [...value.bytes]];
  };
  const bytesOf = (data: Float32Array | Float64Array) => [...new Uint8Array(data.buffer)];

  test("arrays come with type, shape, order and bytes", () => {
    expect(array("f4")).toEqual(["f4", [2, 3], false, false, bytesOf(Float32Array.of(0, 1, 2, 3, 4, 5))]);
    expect(array("big")).toEqual(["i2", [3], true, false, [0, 1, 255, 254, 1, 44]]);
    expect(array("fortran")).toEqual(["f8", [2, 3], false, true, bytesOf(Float64Array.of(0, 3, 1, 4, 2, 5))]);
    expect(array("bool")).toEqual(["b1", [2], false, false, [1, 0]]);
    expect(array("empty").slice(0, 2)).toEqual(["u1", [0, 4]]);
  });
  test("scalars are numbers", () => {
    expect(values.get("scalar f8")).toBe(0.25);
    expect(values.get("scalar f2")).toBe(-1.5);
    expect(values.get("scalar i8")).toBe(-(2n ** 60n));
    expect(values.get("scalar u4")).toBe(2 ** 32 - 1);
    expect(values.get("scalar bool")).toBe(true);
  });
});

test("Python 2's arrays hold their bytes in a string", () => {
  const pickle =
    "\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R" +
    "(K\x01K\x02\x85cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U\x02\xff\x80tb.";
  const bytes = Uint8Array.from(pickle, (letter) => letter.charCodeAt(0));
  const { value } = readPickle(bytes, { allowed, strings: "latin1" });
  expect(value).toMatchObject({ type: "u1", shape: [2], bytes: Uint8Array.of(255, 128) });
});

test("types that are no numbers, and damaged states, are refused", () => {
  const read = (pickle: string) =>
    readPickle(
      Uint8Array.from(`\x80\x02${pickle}`, (letter) => letter.charCodeAt(0)),
      { allowed, strings: "latin1" },
    ).value;
  const type = (name: string) => `cnumpy\ndtype\nU${String.fromCharCode(name.length)}${name}\x85R`;
  for (const name of ["O8", "V4", "S3", "U2", "c8", "M8", "i3", "f16", "constructor"])
    expect(() => read(`${type(name)}.`)).toThrow(`numpy.dtype("${name}"), which is no plain number type`);
  expect(() => read(`${type("f4")}(K\x03U\x01?tb.`)).toThrow("byte order");
  expect(() => read(`${type("f4")}(K\x03U\x01<U\x01xtb.`)).toThrow("records");
  expect(() => read(`cnumpy._core.multiarray\nscalar\n${type("f4")}U\x02ab\x86R.`)).toThrow("has 2 bytes");
  expect(() => read("cnumpy._core.multiarray\n_reconstruct\nK\x01\x85R.")).toThrow("makes numpy.ndarray");
  const array = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n\x85R";
  expect(() => read(`${array}(K\x01K\x03\x85${type("u1")}\x89U\x02abtb.`)).toThrow("shape [3] and type u1 has 2 bytes");
  expect(() => read(`${array}(K\x01K\x03\x85${type("u1")}\x89]tb.`)).toThrow("Arrays of objects are not read");
  expect(() => read(`${array}(K\x01J\xff\xff\xff\xff\x85${type("u1")}\x89U\x00tb.`)).toThrow("sizes ≥ 0");
});
