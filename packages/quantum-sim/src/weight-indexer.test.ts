import { expect, test } from "vitest";
import { weightIndexer } from "./weight-indexer.ts";

test("row-major, from an offset on", () => {
  const weight = weightIndexer("one", [2, 3], 10);
  expect([weight(0, 0), weight(0, 2), weight(1, 0)]).toEqual([{ weight: 10 }, { weight: 12 }, { weight: 13 }]);
});

test("refuses indices outside the shape", () => {
  const weight = weightIndexer("one", [2, 3]);
  for (const index of [[2, 0], [0, 3], [0, -1], [0.5, 0], [0], [0, 0, 0]])
    expect(() => weight(...index)).toThrow(`[one] weight(${index.join(", ")}) is outside the declared shape [2, 3].`);
});
