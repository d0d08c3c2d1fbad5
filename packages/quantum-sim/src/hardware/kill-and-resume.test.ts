import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createJobServer } from "./__fixtures__/job-server.ts";

/** Root of the repository, whose tsconfig says what the package names mean. */
const root = join(import.meta.dirname, "..", "..", "..", "..");
const program = join(import.meta.dirname, "__fixtures__", "read-in-process.ts");

test("a program that is killed while it waits, begun again, reads its job without a second submission", {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "kill-and-resume-"));
  const server = await createJobServer({ looks: Number.POSITIVE_INFINITY });
  const start = (): ChildProcess =>
    spawn(process.execPath, ["--import", "tsx", program, server.url, join(folder, "jobs.json")], {
      cwd: root,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
      stdio: ["ignore", "pipe", "inherit"],
    });
  try {
    const killed = start();
    while (!server.log.some((line) => line.startsWith("GET"))) await new Promise((resolve) => setTimeout(resolve, 20));
    killed.kill("SIGKILL");
    await new Promise((resolve) => killed.on("exit", resolve));
    const looksBefore = server.log.length;

    server.state.looks = 0;
    const again = start();
    let printed = "";
    again.stdout?.on("data", (part) => {
      printed += part;
    });
    expect(await new Promise((resolve) => again.on("close", resolve))).toBe(0);
    expect(JSON.parse(printed)).toHaveLength(2);
    expect(server.log.filter((line) => line.startsWith("POST"))).toHaveLength(1);
    expect(server.log.slice(looksBefore)).toEqual(["GET /jobs/1"]);
    expect(server.state.numCircuitsRun).toBe(1);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
