import { describe, expect, test } from "vitest";
import { mutateWeightFiles } from "./mutate-weight-files.ts";
import { sampleFiles } from "./sample-files.ts";

const ROUNDS = 6000;

describe.each(sampleFiles())("$format", ({ bytes, wrap, read }) => {
  test("the sample itself is read", async () => {
    const tensors = await read(wrap?.(bytes) ?? bytes);
    expect(tensors.length).toBeGreaterThan(0);
  });
});

test(`${ROUNDS} damaged files are read or refused in a sentence, soon and in little memory`, async () => {
  const { numRefused } = await mutateWeightFiles({ rounds: ROUNDS, seed: 1 });
  expect(numRefused).toBeGreaterThan(ROUNDS / 2);
  expect(numRefused).toBeLessThan(ROUNDS);
});
