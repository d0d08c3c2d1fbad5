import { expect, test } from "vitest";
import { cmmd } from "./cmmd.ts";
import { fid } from "./fid.ts";
import { kid } from "./kid.ts";
import { inReadingOrder, warnOfFewSamples } from "./reading-order.ts";

test("KID before FID, each once, one's own last", () => {
  const own = { ...cmmd, name: "own" };
  expect(inReadingOrder([own, fid, kid, fid]).map(({ name }) => name)).toEqual(["kid", "fid", "own"]);
});

test("a warning below 2048 a side, for FID and not for KID", () => {
  expect(warnOfFewSamples(fid, 2048, 2047)[0]).toMatch(
    /FID is biased upwards below 2048 .*2048 real and 2047 generated.*KID first/,
  );
  expect(warnOfFewSamples(fid, 2048, 2048)).toEqual([]);
  expect(warnOfFewSamples(kid, 2, 2)).toEqual([]);
});
