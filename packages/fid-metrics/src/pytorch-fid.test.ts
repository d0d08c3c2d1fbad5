import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, platform } from "node:process";
import { expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { featureStatistics } from "./feature-statistics.ts";
import { frechetDistance } from "./frechet-distance.ts";
import { readStatisticsFile, writeStatisticsFile } from "./node/statistics-cache.ts";

const environment = env.QGAN_PEERS_ENV ?? join(import.meta.dirname, "..", "..", "..", "..", "peers-env");
const python = platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
const find = "import importlib.util as u; raise SystemExit(0 if u.find_spec('pytorch_fid') and u.find_spec('scipy') else 1)";
const hasPytorchFid = existsSync(python) && spawnSync(python, ["-c", find]).status === 0;

/** Reads two files as pytorch-fid's command does, and writes the first as its --save-stats does. */
const SCRIPT = `
import sys, torch, numpy
torch.library.register_fake = lambda *a, **k: (lambda f: f)  # torchvision without its native operations
from pytorch_fid.fid_score import calculate_frechet_distance, compute_statistics_of_path
a, b = [compute_statistics_of_path(path, None, 1, 12, "cpu") for path in sys.argv[1:3]]
numpy.savez_compressed(sys.argv[3], mu=a[0], sigma=a[1])
print(repr(float(calculate_frechet_distance(*a, *b))))
`;
/** Of a product with full rank, where its square root is exact but for rounding. */
const TOLERANCE = 1e-9;

test.skipIf(!hasPytorchFid)(
  "pytorch-fid reads our statistics, with the same FID, and we read its",
  { timeout: 240_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "pytorch-fid-"));
    try {
      const [ours, others, theirs] = ["a.npz", "b.npz", "c.npz"].map((name) => join(folder, name));
      const origin = { extractor: "inception-v3-fid", tap: "64", mode: "pytorch-fid", resize: "", weights: "", quantisation: "" };
      const [real, generated] = [1, 2].map((seed) => featureStatistics(randomFeatures(seed, 300, 12, seed)));
      await writeStatisticsFile(ours, real, origin);
      await writeStatisticsFile(others, generated, origin);
      const { stdout, stderr, status } = spawnSync(python, ["-c", SCRIPT, ours, others, theirs], { encoding: "utf8" });
      expect(status, stderr).toBe(0);
      const distance = frechetDistance(real, generated);
      expect(Math.abs(Number(stdout) - distance)).toBeLessThan(TOLERANCE * distance);
      const { statistics } = await readStatisticsFile(theirs);
      expect(statistics).toEqual({ ...real, count: Number.POSITIVE_INFINITY });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
