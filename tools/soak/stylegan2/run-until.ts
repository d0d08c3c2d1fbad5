import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const root = join(import.meta.dirname, "..", "..", "..");
/** Longer than any of these takes. */
const HOUR = 3_600_000;

/** Runs `qgan` from its sources in a process of its own, which is killed (-9) after so long. @returns Whether it came to its end before. */
export async function runUntil(args: readonly string[], milliseconds = HOUR): Promise<boolean> {
  const program = join(root, "packages", "qgan-lab", "src", "qgan.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (piece: Buffer) => {
    said = `${said}${piece}`.slice(-2000);
  });
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const code = await Promise.race([exit, wait(milliseconds, "late" as const, { ref: false })]);
  if (code === "late") {
    child.kill("SIGKILL");
    await exit;
    return false;
  }
  if (code !== 0) throw new Error(`qgan ${args.join(" ")} ended with code ${code}: ${said}`);
  return true;
}
