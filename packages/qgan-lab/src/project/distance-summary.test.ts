import { expect, it } from "vitest";
import { summariseDistances } from "./distance-summary.ts";

it("summarises as numpy does", () => {
  // np.percentile([4, 1, 3, 2], [25, 50, 75]) = 1.75, 2.5, 3.25; np.std(ddof=1) = 1.2909944487358056
  expect(summariseDistances([4, 1, 3, 2])).toEqual({
    count: 4,
    mean: 2.5,
    deviation: 1.2909944487358056,
    least: 1,
    quartiles: [1.75, 2.5, 3.25],
    largest: 4,
  });
  expect(summariseDistances([7])).toMatchObject({ deviation: 0, quartiles: [7, 7, 7] });
});
