import { describe, expect, it } from "vitest";
import { parseCsv } from "./parse-csv.ts";

describe("parseCsv", () => {
  it("reads quotes, line ends of all kinds, a byte order mark, empty lines", () => {
    const { columns, rows } = parseCsv('\ufefffile, class\r\n"a,1.png","said ""no"""\n\nb.png,nv\r"two\nlines", mel', "t.csv");
    expect(columns).toEqual(["file", "class"]);
    expect(rows).toEqual([
      ["a,1.png", 'said "no"'],
      ["b.png", "nv"],
      ["two\nlines", "mel"],
    ]);
  });

  it.each([";", "\t"])("finds the delimiter %j", (mark) => {
    expect(parseCsv(`file${mark}class\n1,5.png${mark}nv\n`, "t.csv").rows).toEqual([["1,5.png", "nv"]]);
  });

  it("refuses broken tables", () => {
    expect(() => parseCsv("", "t.csv")).toThrow("t.csv is empty");
    expect(() => parseCsv("a,b\n1,2\n3\n", "t.csv")).toThrow("row 2 has 1 cells, but there are 2 columns");
    expect(() => parseCsv('a,b\n"1,2\n', "t.csv")).toThrow("not closed");
  });
});
