import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addRemark, addTime, readRemarks, readTimes } from "./remarks.ts";

it("keeps a remark once and sums times", () => {
  const folder = mkdtempSync(join(tmpdir(), "qgan-remarks-"));
  try {
    for (const text of ["a", "b", "a"]) addRemark(folder, text);
    expect(readRemarks(folder)).toEqual(["a", "b"]);
    for (const seconds of [1, 2]) addTime(folder, { part: "Report", seconds });
    addTime(folder, { part: "Classification", seconds: 5 });
    expect(readTimes(folder)).toEqual([
      { part: "Report", seconds: 3 },
      { part: "Classification", seconds: 5 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
