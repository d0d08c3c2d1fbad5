import { describe, expect, test } from "vitest";
import { createRng, restoreRng } from "./rng.ts";

const draw = (n: number, f: () => number) => Array.from({ length: n }, f);
const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;

describe("createRng", () => {
  test("same seed, same numbers; other seed, other numbers", () => {
    const [a, b, c] = [1, 1, 2].map((seed) => createRng(seed));
    const first = draw(8, () => a.uniform());
    expect(draw(8, () => b.uniform())).toEqual(first);
    expect(draw(8, () => c.uniform())).not.toEqual(first);
  });

  test("seeds that differ only above 32 bits differ", () => {
    expect(createRng(5).seed()).not.toBe(createRng(2 ** 32 + 5).seed());
  });

  test("uniform lies in [0, 1) with mean 1/2 and variance 1/12", () => {
    const rng = createRng(3);
    const xs = draw(100_000, () => rng.uniform());
    expect(Math.min(...xs.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...xs.slice(0, 50_000))).toBeLessThan(1);
    // Five standard errors of the mean and of the variance of 100 000 uniforms.
    expect(Math.abs(mean(xs) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 1e5));
    expect(Math.abs(mean(xs.map((x) => (x - 0.5) ** 2)) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / 1e5));
  });

  test("normal has mean 0, variance 1 and kurtosis 3", () => {
    const rng = createRng(4);
    const xs = draw(100_000, () => rng.normal());
    expect(Math.abs(mean(xs))).toBeLessThan(5 / Math.sqrt(1e5));
    expect(Math.abs(mean(xs.map((x) => x * x)) - 1)).toBeLessThan(5 * Math.sqrt(2 / 1e5));
    expect(Math.abs(mean(xs.map((x) => x ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / 1e5));
  });

  test("integer reaches every value equally often", () => {
    const rng = createRng(5);
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[rng.integer(7)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(30); // six degrees of freedom; P < 4e-5
  });

  test("shuffle is a permutation and leaves its input alone", () => {
    const values = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = createRng(6).shuffle(values);
    expect(shuffled).not.toEqual(values);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(values);
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 53])("refuses seed %s", (seed) => {
    expect(() => createRng(seed)).toThrow("[createRng] seed must be an integer");
  });
});

describe("fork", () => {
  test("is a function of label and index, not of what was drawn", () => {
    const rng = createRng(1);
    const before = rng.fork("latents", 3).uniform();
    rng.uniform();
    expect(rng.fork("latents", 3).uniform()).toBe(before);
  });

  test("labels, indices and parents give different streams", () => {
    const rng = createRng(1);
    const streams = [
      rng,
      rng.fork("a"),
      rng.fork("a", 1),
      rng.fork("b"),
      rng.fork("a").fork("a"),
      rng.fork(""),
      rng.fork("a\0"),
      rng.fork("longer than eight bytes"),
      rng.fork("longer than eight byteS"),
    ];
    expect(new Set(streams.map((stream) => stream.uniform())).size).toBe(streams.length);
  });
});

test("state and restoreRng continue draw for draw, through JSON and across a waiting normal", () => {
  for (const drawn of [0, 1, 2, 3, 5]) {
    const rng = createRng(9).fork("x");
    for (let i = 0; i < drawn; i++) rng.normal();
    rng.seed();
    const copy = restoreRng(JSON.parse(JSON.stringify(rng.state())));
    expect(draw(5, () => copy.normal())).toEqual(draw(5, () => rng.normal()));
    expect(copy.uniform()).toBe(rng.uniform());
  }
});

test("a malformed state is refused", () => {
  expect(() => restoreRng({ key: [1, -2], position: 0 })).toThrow("[restoreRng]");
});
