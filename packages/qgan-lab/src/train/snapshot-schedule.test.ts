import { expect, it } from "vitest";
import { createSnapshotSchedule } from "./snapshot-schedule.ts";

const dueSteps = (schedule: ReturnType<typeof createSnapshotSchedule>, steps: number, first = 1) =>
  Array.from({ length: steps - first + 1 }, (_, i) => first + i).filter((step) => schedule.isDue(step / steps, step / 100));

it("is dense in the beginning and leaves the end to the caller", () => {
  expect(dueSteps(createSnapshotSchedule({ count: 5, from: 0 }), 100)).toEqual([4, 16, 36, 64]);
  expect(dueSteps(createSnapshotSchedule({ count: 5, from: 0.16 }), 100, 17)).toEqual([36, 64]);
  expect(dueSteps(createSnapshotSchedule({ count: 1, from: 0 }), 10)).toEqual([]);
});

it("takes no two snapshots where steps are coarse", () => {
  expect(dueSteps(createSnapshotSchedule({ count: 10, from: 0 }), 4).slice(0, 3)).toEqual([1, 2, 3]);
});

it("is due after a while in any case", () => {
  const schedule = createSnapshotSchedule({ count: 2, from: 0, longestSeconds: 60 });
  const due = Array.from({ length: 200 }, (_, i) => i + 1).filter((second) => schedule.isDue(0.1, second));
  expect(due).toEqual([61, 121, 181]);
});
