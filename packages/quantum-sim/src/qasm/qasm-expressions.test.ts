import { expect, test } from "vitest";
import { evaluate, parseExpression } from "./qasm-expressions.ts";
import { createTokenReader } from "./qasm-reader.ts";
import { tokenize } from "./qasm-tokens.ts";

const value = (text: string, parameters: Record<string, number> = {}) => {
  const reader = createTokenReader(tokenize(text));
  const result = evaluate(parseExpression(reader), new Map(Object.entries(parameters)));
  expect(reader.peek().kind).toBe("end");
  return result;
};

test.each([
  ["1 + 2*3 - 4/8", 6.5],
  ["8 - 2 - 1", 5],
  ["8/2/2", 2],
  ["-2^2", -4],
  ["2^3^2", 512],
  ["2^-1", 0.5],
  ["-(-1)", 1],
  ["+.5e1 + 1.", 6],
  ["sin(pi/2) + cos(0) + tan(0) + exp(0) + ln(1) + sqrt(4)", 5],
])("%s = %d", (text, wanted) => {
  expect(value(text)).toBeCloseTo(wanted, 14);
});

test("parameters have their values, and others are named", () => {
  expect(value("2*a - b", { a: 3, b: 1 })).toBe(5);
  expect(() => value("2*c")).toThrow('[readQasm] line 1, column 3: there is no parameter "c".');
  expect(() => value("sqrt(-1)")).toThrow("[readQasm] line 1, column 1: the expression has no finite value; got NaN.");
  expect(() => value("(1")).toThrow('[readQasm] line 1, column 3: expected ")"; got end of text.');
});
