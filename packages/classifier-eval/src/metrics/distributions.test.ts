import { expect, test } from "vitest";
import {
  betaCdf,
  betaQuantile,
  erfc,
  fairCoins,
  logGamma,
  normalCdf,
  normalQuantile,
  studentCritical,
  studentTwoSided,
} from "./distributions.ts";

const close = (ours: number, theirs: number) => expect(Math.abs(ours / theirs - 1)).toBeLessThan(1e-12);

test("values of scipy.special 1.17", () => {
  close(erfc(0.1), 0.8875370839817152);
  close(erfc(1.9), 0.007209570764742531);
  close(erfc(2), 0.004677734981047266);
  close(erfc(5), 1.5374597944280347e-12);
  close(erfc(-1), 1.8427007929497148);
  close(betaCdf(0.4, 2, 3), 0.5248);
  close(betaCdf(0.01, 0.5, 20), 0.4713699354850154);
  close(betaCdf(0.61, 300, 200), 0.6741626935263771);
  close(studentTwoSided(2.5, 7.3), 0.03965023466560043);
  close(studentCritical(0.95, 7), 2.364624251592784);
  close(normalQuantile(1e-10), -6.361340902404056);
  close(logGamma(0.3), 1.0957979948180756);
  close(logGamma(171.5), 709.1431630309283);
});

test("quantiles invert their functions; ends", () => {
  for (const p of [1e-6, 0.2, 0.5, 0.97]) {
    close(normalCdf(normalQuantile(p)), p);
    close(betaCdf(betaQuantile(p, 3, 0.7), 3, 0.7), p);
  }
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  expect(normalQuantile(0.5)).toBeCloseTo(0, 15);
  expect([betaCdf(0, 2, 2), betaCdf(1, 2, 2), erfc(40)]).toEqual([0, 1, 0]);
});

test("fair coins, counted by hand", () => {
  const { atMost, exactly } = fairCoins(1, 3);
  close(atMost, 0.5);
  close(exactly, 0.375);
  expect(fairCoins(3, 3).atMost).toBe(1);
});
