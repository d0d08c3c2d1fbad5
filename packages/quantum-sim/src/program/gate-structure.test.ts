import { describe, expect, test } from "vitest";
import { scale } from "../complex-matrix.ts";
import { defineGate } from "../gate.ts";
import {
  CH,
  CNOT,
  CRX,
  CRZ,
  CY,
  H,
  ISWAP,
  IsingXX,
  IsingXY,
  IsingYY,
  IsingZZ,
  PhaseShift,
  Rot,
  RX,
  RY,
  RZ,
  S,
  Toffoli,
} from "../gates/index.ts";
import { parityTerms, structureOf } from "./gate-structure.ts";

describe("the structure of a gate is told by its matrices", () => {
  test.each([
    [[RZ, PhaseShift, CRZ, IsingZZ, S], "diagonal"],
    [[CNOT, Toffoli, CY, ISWAP], "monomial"],
    [[RX, RY, CRX, IsingXX, IsingYY, IsingXY], "pairs"],
    [[H, CH, Rot], "dense"],
  ] as const)("%#: $1", (gates, kind) => {
    for (const gate of gates) expect([gate.name, structureOf(gate).kind]).toEqual([gate.name, kind]);
  });

  test("generators of pairs: places and signs", () => {
    expect(structureOf(CRX)).toEqual({ kind: "pairs", pairs: [{ state: 2, sign: 1 }], flip: 1, isY: false });
    expect(structureOf(IsingXY)).toEqual({ kind: "pairs", pairs: [{ state: 1, sign: -1 }], flip: 3, isY: false });
    expect(structureOf(RY)).toEqual({ kind: "pairs", pairs: [{ state: 0, sign: 1 }], flip: 1, isY: true });
  });

  test("phases are shares of parities", () => {
    expect(structureOf(IsingZZ)).toEqual({ kind: "diagonal", terms: [{ mask: 3, coefficient: -0.5 }] });
    expect(structureOf(PhaseShift)).toEqual({
      kind: "diagonal",
      terms: [
        { mask: 0, coefficient: 0.5 },
        { mask: 1, coefficient: -0.5 },
      ],
    });
  });

  test("a gate whose derivative is not its own is no rotation", () => {
    const wrong = defineGate({ ...RX, derivative: ([theta]) => scale(2, RX.derivative([theta], 0)) });
    const late = defineGate({
      ...RX,
      matrix: ([theta]) => RX.matrix([theta + 1]),
      derivative: ([theta]) => RX.derivative([theta + 1], 0),
    });
    expect([structureOf(wrong).kind, structureOf(late).kind]).toEqual(["dense", "dense"]);
  });
});

test("parities reproduce any function of the bits", () => {
  const values = [0.3, -1, 2, 0.7, 0, 1.5, -0.2, 4];
  const terms = parityTerms(values);
  const ones = (bits: number) => [...bits.toString(2)].filter((bit) => bit === "1").length;
  values.forEach((value, x) => {
    const sum = terms.reduce((total, { mask, coefficient }) => total + (ones(mask & x) % 2 ? -coefficient : coefficient), 0);
    expect(sum).toBeCloseTo(value, 14);
  });
});
