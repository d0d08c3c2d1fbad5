import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Root of the repository, whose tsconfig says what the package names mean. */
const root = join(import.meta.dirname, "..", "..", "..", "..");
const program = join(import.meta.dirname, "__fixtures__", "train-in-process.ts");

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "qgan-core-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ["--import", "tsx", program, ...args], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
    stdio: ["ignore", "inherit", "inherit"],
  });
const exit = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on("exit", resolve));
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

test.each(["wasm", "cpu"])(
  "20 steps at once equal 10, kill -9, and 10 in a new process, bit for bit, on %s",
  async (backend) => {
    const [whole, parted] = [join(folder, `${backend}-whole`), join(folder, `${backend}-parted`)];
    expect(await exit(start(backend, whole, "20"))).toBe(0);
    const child = start(backend, parted, "1000");
    await until(() => existsSync(join(parted, "checkpoint-00000010")));
    child.kill("SIGKILL");
    await exit(child);
    expect(await exit(start(backend, parted, "20"))).toBe(0);
    for (const file of ["params.safetensors", "ema.safetensors", "optimizers.safetensors", "manifest.json"])
      expect(await readFile(join(parted, "checkpoint-00000020", file))).toEqual(
        await readFile(join(whole, "checkpoint-00000020", file)),
      );
  },
  180_000,
);
