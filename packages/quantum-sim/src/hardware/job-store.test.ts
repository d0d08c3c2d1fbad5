import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { jobFile, memoryJobStore, type SavedJob } from "./job-store.ts";

const folder = mkdtempSync(join(tmpdir(), "job-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const job: SavedJob = { device: "d", key: "k", numQubits: [2], request: { circuits: [{ qasm: "…", shots: 1 }] } };

test("jobs come back as they were, and nothing half-written stays", async () => {
  const path = join(folder, "jobs.json");
  for (const store of [memoryJobStore(), jobFile(path)]) {
    expect(await store.load()).toEqual([]);
    await store.save([job, { ...job, key: "l", id: "7" }]);
    expect(await store.load()).toEqual([job, { ...job, key: "l", id: "7" }]);
  }
  expect(await jobFile(path).load()).toHaveLength(2);
  expect(readdirSync(folder)).toEqual(["jobs.json"]);
});

test("what is no store is one sentence", async () => {
  const path = join(folder, "other.json");
  writeFileSync(path, "{");
  await expect(jobFile(path).load()).rejects.toThrow(
    `[jobFile] ${path} is no JSON. Move it away; its jobs are lost to this program.`,
  );
  writeFileSync(path, JSON.stringify([{ ...job, numQubits: [1, 2] }]));
  await expect(jobFile(path).load()).rejects.toThrow(`[jobFile] ${path} is no list of saved jobs. Give another path.`);
  await expect(jobFile(join(folder, "missing", "jobs.json")).save([])).rejects.toThrow("cannot write");
  await expect(jobFile(folder).load()).rejects.toThrow("cannot read");
});

test("a browser is told to bring its own", () => {
  const { process } = globalThis;
  vi.stubGlobal("process", undefined);
  try {
    expect(() => jobFile("jobs.json")).toThrow("[jobFile] a file needs Node; in a browser give an object with load and save.");
  } finally {
    vi.stubGlobal("process", process);
  }
});
