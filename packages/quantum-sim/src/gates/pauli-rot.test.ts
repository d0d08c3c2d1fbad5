import { expect, test } from "vitest";
import { checkGate } from "../contracts/check-gate.ts";
import { IsingXX, IsingYY } from "./ising.ts";
import { PauliRot } from "./pauli-rot.ts";
import { RX } from "./rotations.ts";

test.each(["X", "Y", "Z", "XY", "IZ", "ZIZ", "YIX", "XYZ", "YYYY", "ZXYIY"])("%s keeps the gate contract", (word) => {
  for (const seed of [0, 1]) checkGate(PauliRot(word), { seed });
});

test("short words are rotations that have names", () => {
  for (const [word, gate] of [
    ["X", RX],
    ["XX", IsingXX],
    ["YY", IsingYY],
  ] as const)
    for (const part of ["re", "im"] as const)
      PauliRot(word)
        .matrix([0.7])
        [part].forEach((x, i) => {
          expect(x).toBeCloseTo(gate.matrix([0.7])[part][i], 15);
        });
  expect(PauliRot("XY")).toBe(PauliRot("XY"));
});

test("numbers of PennyLane 0.45.1", () => {
  // print(qml.PauliRot(0.7, word, wires=range(3)).matrix()[:, 1])
  const [c, s] = [0.939372712847379, 0.342897807455451];
  const column = (word: string) => {
    const { re, im } = PauliRot(word).matrix([0.7]);
    return Array.from({ length: 8 }, (_, row) => [re[8 * row + 1], im[8 * row + 1]]);
  };
  const expectColumn = (word: string, entries: Readonly<Record<number, readonly [number, number]>>) => {
    column(word).forEach(([re, im], row) => {
      expect(re).toBeCloseTo(entries[row]?.[0] ?? 0, 14);
      expect(im).toBeCloseTo(entries[row]?.[1] ?? 0, 14);
    });
  };
  expectColumn("XYZ", { 1: [c, 0], 7: [-s, 0] });
  expectColumn("YIX", { 1: [c, 0], 4: [s, 0] });
});

test("refuses words that are none", () => {
  expect(() => PauliRot("XA")).toThrow('[PauliRot] expected a word of I, X, Y and Z, at most 30 letters; got "XA".');
  expect(() => PauliRot("II")).toThrow("[PauliRot] expected a letter other than I");
  expect(() => PauliRot("X".repeat(20)).matrix([0])).toThrow("has a dense matrix up to 12 wires; got 20.");
});
