import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { edgeMap, NUM_EDGES, turnedPlaces } from "./edge-map.ts";

const SIDE = 16;

/** A quarter turn from x towards y: what lay along x lies along y. */
const turned = (luma: Float64Array): Float64Array =>
  luma.map((_, i) => luma[(SIDE - 1 - (i % SIDE)) * SIDE + Math.floor(i / SIDE)]);

test("the map of a turned image is the image's map with its entries in other places", () => {
  const luma = createRng(0).fillNormal(new Float64Array(SIDE * SIDE));
  const own = edgeMap({ luma, height: SIDE, width: SIDE });
  expect(own).toHaveLength(NUM_EDGES);
  let image: Float64Array = luma;
  for (let turns = 0; turns < 4; turns++) {
    const places = turnedPlaces(turns);
    edgeMap({ luma: image, height: SIDE, width: SIDE }).forEach((value, i) => {
      expect(value).toBeCloseTo(own[places[i]], 12);
    });
    image = turned(image);
  }
  expect(image).toEqual(luma);
});
