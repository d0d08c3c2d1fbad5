import { expect, it } from "vitest";
import { makeImageGrid } from "./image-grid.ts";

it("lays images out in rows with a gap", () => {
  // Three images of 1 × 2 grey pixels in two columns.
  const grid = makeImageGrid(Uint8Array.of(1, 2, 3, 4, 5, 6), { imageShape: [1, 2, 1], columns: 2, gap: 1 });
  expect([grid.height, grid.width, grid.channels]).toEqual([3, 5, 1]);
  expect([...grid.data]).toEqual([1, 2, 255, 3, 4, 255, 255, 255, 255, 255, 5, 6, 255, 255, 255]);
});
