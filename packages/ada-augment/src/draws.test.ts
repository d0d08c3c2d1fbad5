import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "./draws.ts";

test("the draws of an op and image are those of rng.fork(op, image), whoever drew before", () => {
  const source = drawsFromRng(createRng(3));
  source("contrast", 4).normal();
  const draws = source("brightness", 4);
  const stream = createRng(3).fork("brightness", 4);
  expect([draws.normal(), draws.gate(), draws.uniform()]).toEqual([stream.normal(), stream.uniform(), stream.uniform()]);
  expect(source("brightness", 5).uniform()).not.toBe(source("brightness", 4).uniform());
});
