import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { multiplyPackedRows, type PackedRows, packInt16Rows } from "./int16-products.ts";

const rng = createRng(3);
const draw = (count: number, depth: number, size: number): Int16Array =>
  Int16Array.from({ length: count * depth }, () => Math.round((2 * rng.uniform() - 1) * size));
const pack = (rows: Int16Array, count: number, depth: number): PackedRows =>
  packInt16Rows(count, depth, (row, values) => values.set(rows.subarray(row * depth, (row + 1) * depth)));
const dot = (a: Int16Array, i: number, b: Int16Array, j: number, depth: number): number => {
  let sum = 0;
  for (let k = 0; k < depth; k++) sum += a[i * depth + k] * b[j * depth + k];
  return sum;
};

describe.each([
  [1, 1, 1],
  [8, 16, 2],
  [13, 21, 7],
  [40, 9, 1025],
  [5, 30, 2050],
])("%i rows by %i rows of %i numbers", (count, others, depth) => {
  const size = Math.min(32767, Math.floor(46340 / Math.sqrt(depth)));
  const [a, b] = [draw(count, depth, size), draw(others, depth, size)];
  test("equal to the sums", () => {
    const tile = { row: 0, rows: count, column: 0, columns: others };
    const products = multiplyPackedRows(pack(a, count, depth), pack(b, others, depth), tile);
    const expected = Array.from({ length: count * others }, (_, p) => dot(a, Math.floor(p / others), b, p % others, depth));
    expect(Array.from(products)).toEqual(expected);
  });
});

test("a tile of the whole, into what is given", () => {
  const [a, b] = [draw(30, 6, 1000), draw(50, 6, 1000)];
  const into = new Int32Array(200).fill(7);
  const tile = { row: 8, rows: 9, column: 16, columns: 20 };
  expect(multiplyPackedRows(pack(a, 30, 6), pack(b, 50, 6), tile, into)).toBe(into);
  for (const [i, j] of [
    [0, 0],
    [8, 19],
    [3, 7],
  ])
    expect(into[i * 20 + j]).toBe(dot(a, 8 + i, b, 16 + j, 6));
  expect(into[180]).toBe(7);
});

test("on and above the diagonal only, where that is enough", () => {
  const a = draw(60, 10, 1000);
  const packed = pack(a, 60, 10);
  for (const [row, column] of [
    [0, 0],
    [16, 16],
    [8, 32],
  ]) {
    const [rows, columns] = [25, 60 - column];
    const products = multiplyPackedRows(packed, packed, { row, rows, column, columns, isUpper: true });
    for (let i = 0; i < rows; i++)
      for (let j = Math.max(0, row + i - column); j < columns; j++)
        expect(products[i * columns + j]).toBe(dot(a, row + i, a, column + j, 10));
  }
});

test("the largest magnitudes, and sums modulo 2³²", () => {
  const rows = Int16Array.of(-32767, 32767, 32767, 32767);
  const [packed] = [pack(rows, 2, 2)];
  const products = multiplyPackedRows(packed, packed, { row: 0, rows: 2, column: 0, columns: 2 });
  expect(Array.from(products)).toEqual([2 * 32767 ** 2, 0, 0, 2 * 32767 ** 2]);
  const long = pack(new Int16Array(4).fill(32767), 1, 4);
  expect(multiplyPackedRows(long, long, { row: 0, rows: 1, column: 0, columns: 1 })[0]).toBe((4 * 32767 ** 2) | 0);
});

test("refuses what does not fit", () => {
  const [a, b] = [pack(draw(9, 4, 9), 9, 4), pack(draw(9, 5, 9), 9, 5)];
  expect(() => multiplyPackedRows(a, b, { row: 0, rows: 1, column: 0, columns: 1 })).toThrow("depths differ: 4 and 5");
  expect(() => multiplyPackedRows(a, a, { row: 4, rows: 1, column: 0, columns: 1 })).toThrow("multiple of 8");
  expect(() => multiplyPackedRows(a, a, { row: 0, rows: 1, column: 8, columns: 2 })).toThrow("end by 9; got column 8, length 2");
  expect(() => multiplyPackedRows(a, a, { row: 0, rows: 9, column: 0, columns: 9 }, new Int32Array(80))).toThrow("hold 81");
  expect(() => packInt16Rows(0, 4, () => {})).toThrow("whole numbers from 1");
});
