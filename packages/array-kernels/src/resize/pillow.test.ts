import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, platform } from "node:process";
import { expect, test } from "vitest";
import type { ResizeFilter } from "./pillow-plan.ts";
import { resizeImage } from "./resize-image.ts";

interface PillowCase {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly to: readonly [number, number];
  readonly filter: ResizeFilter;
  readonly mode: "L" | "RGB" | "CMYK" | "F";
  readonly input: number;
  readonly output: number;
}

const COUNT = 400;

const environment = env.QGAN_PEERS_ENV ?? join(import.meta.dirname, "..", "..", "..", "..", "..", "peers-env");
const python = platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
// The order of the passes, and with it the last bit, is that of Pillow 13.
const check = ["-c", "import PIL; raise SystemExit(int(PIL.__version__.split('.')[0]) < 13)"];
const hasPillow = existsSync(python) && spawnSync(python, check).status === 0;

test.skipIf(!hasPillow)(`${COUNT} random images equal Pillow's, bit for bit`, () => {
  const folder = mkdtempSync(join(tmpdir(), "pillow-cases-"));
  try {
    const script = join(import.meta.dirname, "__fixtures__", "draw-pillow-cases.py");
    const { status, stderr } = spawnSync(python, [script, folder, String(COUNT)], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const cases: PillowCase[] = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
    const { buffer } = new Uint8Array(readFileSync(join(folder, "values.bin")));
    for (const { height, width, channels, to, filter, mode, input, output } of cases) {
      const bytesPerValue = mode === "F" ? 4 : 1;
      const read = (start: number, length: number): Uint8Array | Float32Array => {
        const bytes = buffer.slice(start, start + length * bytesPerValue);
        return mode === "F" ? new Float32Array(bytes) : new Uint8Array(bytes);
      };
      const image = { data: read(input, height * width * channels), height, width, channels };
      const ours = resizeImage(image, { height: to[0], width: to[1], filter });
      const theirs = read(output, to[0] * to[1] * channels);
      const isEqual = ours.data.length === theirs.length && ours.data.every((value, i) => value === theirs[i]);
      expect(isEqual, `${mode} ${height}×${width} to ${to.join("×")}, ${filter}`).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
