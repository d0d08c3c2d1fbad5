import { expect, it } from "vitest";
import { formatBytes, formatCount, formatDuration } from "./duration.ts";

it("speaks of time as people do", () => {
  expect([0.42, 9.94, 9.96, 59.4, 59.6, 185, 3599, 7440, Number.NaN].map(formatDuration)).toEqual([
    "0.4 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1 min 00 s",
    "3 min 05 s",
    "59 min 59 s",
    "2 h 04 min",
    "?",
  ]);
});

it("shortens counts and sizes", () => {
  expect([0, 12.34, 9999, 12_345, 4_100_000].map(formatCount)).toEqual(["0", "12.3", "9999", "12.3 k", "4.10 M"]);
  expect([0, 512, 1500, 36_000_000, 1.2e9].map(formatBytes)).toEqual(["0 B", "512 B", "1.5 kB", "36 MB", "1.2 GB"]);
});
