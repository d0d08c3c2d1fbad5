import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { connectPairs, findLikePairs } from "./find-likes.ts";
import { hashDistance, lookDistance, type PictureLook } from "./picture-look.ts";

const rng = createRng(11);
const randomLook = (): PictureLook => ({
  hash: Uint32Array.from({ length: 8 }, () => rng.integer(2 ** 32)),
  cells: Int16Array.from({ length: 272 }, () => Math.round(4096 * rng.normal())),
});
/** A copy with so many bits and as much noise on its cells. */
const copyOf = ({ hash, cells }: PictureLook, numBits: number, noise: number): PictureLook => {
  const copy = { hash: hash.slice(), cells: cells.map((value) => value + Math.round(4096 * noise * rng.normal())) };
  for (const bit of rng.shuffle([...Array(256).keys()]).slice(0, numBits)) copy.hash[bit >> 5] ^= 1 << (bit & 31);
  return copy;
};

test("finds what a comparison of all pairs finds", () => {
  const looks = Array.from({ length: 300 }, randomLook);
  for (let i = 0; i < 60; i++) looks.push(copyOf(looks[i], i % 20, 0.004 * i));
  const expected = looks.flatMap((x, a) =>
    looks.flatMap((y, b) =>
      a < b && hashDistance(x.hash, y.hash) <= 15 && lookDistance(x, y) <= 0.1 ? [{ a, b, distance: lookDistance(x, y) }] : [],
    ),
  );
  expect(expected.length).toBeGreaterThan(10);
  expect(expected.length).toBeLessThan(40);
  expect(findLikePairs(looks, 0.1)).toEqual(expected);
});

test("pairs that share a picture make one set", () => {
  const pairs = [
    { a: 1, b: 5 },
    { a: 2, b: 3 },
    { a: 4, b: 5 },
    { a: 1, b: 9 },
  ];
  expect(connectPairs(pairs)).toEqual([
    [1, 4, 5, 9],
    [2, 3],
  ]);
  expect(connectPairs([])).toEqual([]);
});
