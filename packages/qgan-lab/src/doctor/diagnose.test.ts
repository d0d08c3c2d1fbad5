import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";

it("looks at everything, and says how to mend what is not there", async () => {
  const { findings, isHealthy } = await diagnose();
  expect(isHealthy).toBe(true);
  const names = findings.map(({ name }) => name).join(" ");
  for (const part of [
    "Node",
    "Machine",
    "Backend tensorflow",
    "Backend wasm",
    "Backend cpu",
    "Backend in use",
    "Quantum kernel",
    "Inception",
    "sharp",
    "Disk",
  ])
    expect(names).toContain(part);
  for (const { state, fix, text } of findings) {
    expect(text.length).toBeGreaterThan(2);
    if (state === "bad") expect(fix).toBeTruthy();
  }
});

it("finds weights that are none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "qgan-doctor-"));
  try {
    writeFileSync(join(folder, "weights.pth"), "none");
    const { findings, isHealthy } = await diagnose({ inception: join(folder, "weights.pth"), out: join(folder, "not", "yet") });
    expect(isHealthy).toBe(false);
    expect(findings.find(({ name }) => name.startsWith("Inception"))).toMatchObject({ state: "bad" });
    expect(findings.find(({ name }) => name === "Disk")?.text).toContain("free at");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
