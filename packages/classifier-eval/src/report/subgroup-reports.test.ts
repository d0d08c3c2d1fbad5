import { expect, test } from "vitest";
import { ageBands, subgroupReports } from "./subgroup-reports.ts";

const predictions = {
  labels: [0, 1, 0, 1, 0, 0],
  numClasses: 2,
  probabilities: [0.9, 0.1, 0.2, 0.8, 0.8, 0.2, 0.7, 0.3, 0.4, 0.6, 0.9, 0.1],
};
const classes = ["benign", "malignant"];

test("each value of each column has its own report; what is not known is a group of its own", () => {
  const metadata = { sex: ["f", "f", "m", "m", "m", null], age: ageBands([34, 71, "38", 75, 79, null]) };
  const reports = subgroupReports(predictions, { classes, metadata, resamples: 20, groups: [0, 1, 2, 3, 4, 5] });
  expect(reports.map(({ column, value, report }) => [column, value, report.count, report.accuracy])).toEqual([
    ["sex", "f", 2, 1],
    ["sex", "m", 3, 1 / 3],
    ["sex", "unknown", 1, 1],
    ["age", "30–39", 2, 1],
    ["age", "70–79", 3, 1 / 3],
    ["age", "unknown", 1, 1],
  ]);
  expect(reports[3].report.rocAuc).toBeNull();
  expect(reports[3].notes).toEqual([
    "age 30–39: only 2 images.",
    'Class "malignant" has no test image: its scores are undefined and left out of the means over classes.',
  ]);
  expect(reports[0].report.protocol.unit).toBe("group");
});

test("a column of another length is refused", () => {
  expect(() => subgroupReports(predictions, { classes, metadata: { sex: ["f"] } })).toThrow(
    '"sex" has 1 values for 6 test images.',
  );
});

test("age bands: numbers in text too, ninety and above, nothing for what is no age", () => {
  expect(ageBands(["0", 9, 10, 95, "", "n/a", -1])).toEqual(["0–9", "0–9", "10–19", "90–99", null, null, null]);
  expect(ageBands([34], 20)).toEqual(["20–39"]);
});
