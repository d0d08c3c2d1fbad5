import { expect, test } from "vitest";
import { pauliMasks, pauliOnEach, pauliWord } from "./observable.ts";

test("a word is read", () => {
  expect(pauliWord(" X0  Z12 ").factors).toEqual([
    { pauli: "X", wire: 0 },
    { pauli: "Z", wire: 12 },
  ]);
});

test.each(["", "X", "Q0", "X0Z1", "X-1"])("%j is refused", (text) => {
  expect(() => pauliWord(text)).toThrow('[pauliWord] expected factors like "X0 Z2"');
});

test("a repeated wire is refused", () => {
  expect(() => pauliWord("X0 Z0")).toThrow("[pauliWord] expected each wire once");
});

test("wire 0 is the most significant bit of the masks", () => {
  expect(pauliMasks(pauliWord("X0 Y1 Z2"), 3)).toEqual({ flip: 0b110, sign: 0b011, numY: 1 });
});

test("one Pauli on each wire", () => {
  expect(pauliOnEach("Y", 2)).toEqual([pauliWord("Y0"), pauliWord("Y1")]);
});
