import { describe, expect, test } from "vitest";
import { identity, matrix, multiply, scale } from "../complex-matrix.ts";
import { composeChannels, effectOf, krausChannel, kronecker, pauliChannel, pauliMatrix, smallestEigenvalue } from "./channel.ts";
import { amplitudeDamping, bitFlip, phaseFlip } from "./channels.ts";

describe("krausChannel", () => {
  test("tells mixtures of unitaries from what looks at the state", () => {
    expect(bitFlip(0.25).mixture).toEqual([expect.closeTo(0.75, 14), expect.closeTo(0.25, 15)]);
    expect(amplitudeDamping(0.25).mixture).toBeUndefined();
    expect(amplitudeDamping(0).mixture).toEqual([1]);
  });

  test("refuses what is not physical", () => {
    expect(() => krausChannel("half", [matrix([0.5, 0, 0, 0.5])])).toThrow(
      "[half] is not a physical channel: Σ K†K must be the identity and differs from it by 0.75.",
    );
    expect(() => krausChannel("nan", [matrix([Number.NaN, 0, 0, 1])])).toThrow("differs from it by Infinity");
    expect(() => krausChannel("none", [])).toThrow("[none] needs at least one Kraus operator; got none.");
    expect(() => krausChannel("odd", [identity(3)])).toThrow("must be square of one size 2^k; got sizes 3.");
    expect(() => krausChannel("mixed", [identity(2), identity(4)])).toThrow("got sizes 2, 4.");
  });

  test("is placed on as many different wires as it has", () => {
    expect(bitFlip(0.1).on([3]).wires).toEqual([3]);
    expect(() => bitFlip(0.1).on([0, 1])).toThrow("[bitFlip] acts on 1 wire; got [0, 1].");
    expect(() => pauliChannel({ XX: 0.1 }).on([1, 1])).toThrow("needs different wires; got [1, 1].");
    expect(() => bitFlip(0.1).on([-1])).toThrow("acts on 1 wire; got [-1].");
  });
});

describe("pauliChannel", () => {
  test("gives what is left to the identity, first", () => {
    const { kraus, numWires, mixture } = pauliChannel({ XZ: 0.1, IY: 0.2 });
    expect(numWires).toBe(2);
    expect(mixture?.[0]).toBeCloseTo(0.7, 14);
    expect([...kraus[1].re]).toEqual([...scale(Math.sqrt(0.1), kronecker(pauliMatrix("X"), pauliMatrix("Z"))).re]);
  });

  test("refuses probabilities out of range and words that are none", () => {
    expect(() => pauliChannel({ X: 0.7, Z: 0.5 })).toThrow("[PauliChannel] probabilities must sum to at most 1; got 1.2.");
    expect(() => pauliChannel({ X: -0.1 })).toThrow("a probability must lie in [0, 1]; got -0.1.");
    expect(() => pauliChannel({ X: Number.NaN })).toThrow("a probability must lie in [0, 1]; got NaN.");
    expect(() => pauliChannel({ X: 0.1, YY: 0.1 })).toThrow('words must be of I, X, Y, Z and one length; got "YY".');
    expect(() => pauliChannel({ Q: 0.1 })).toThrow('got "Q".');
  });
});

test("composed channels act one after the other", () => {
  const both = composeChannels("both", bitFlip(0.1), phaseFlip(0.2));
  // X, Z and ZX = iY with the products of their probabilities.
  expect([...(both.mixture ?? [])].sort()).toEqual([0.02, 0.08, 0.18, 0.72].map((p) => expect.closeTo(p, 14)));
});

test("the smallest eigenvalue of a Hermitian matrix", () => {
  const K = matrix([1, 0.3, -0.2, 0.4], [0.1, 0.2, 0, -0.5]);
  const E = effectOf(K);
  const mean = (E.re[0] + E.re[3]) / 2;
  const gap = Math.hypot((E.re[0] - E.re[3]) / 2, E.re[1], E.im[1]);
  expect(smallestEigenvalue(E)).toBeCloseTo(mean - gap, 13);
  expect(smallestEigenvalue(multiply(pauliMatrix("XYZ"), pauliMatrix("XYZ")))).toBeCloseTo(1, 14);
});
