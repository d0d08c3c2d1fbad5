import { expect, test } from "vitest";
import type { Measurement } from "./measure-samples.ts";
import { type RunResult, summarise } from "./summary.ts";

const distances = (fid: number) => ({ 192: { fid: 10 * fid, kid: fid }, 768: { fid, kid: fid / 1000 } });
const measurement = (fid: number): Measurement => ({ train: distances(fid), test: distances(fid + 0.1), pairwise: 50 });
const run = (seed: number, fid: number): RunResult => ({
  variant: "own",
  seed,
  backend: "wasm",
  parameters: 7,
  steps: 100 + seed,
  trainMinutes: 12,
  quantumShare: 0.01,
  curve: [
    { minutes: 6, step: 50, measurement: measurement(2 * fid) },
    { minutes: 12, step: 100 + seed, measurement: measurement(fid) },
  ],
});

test("the table tells mean and standard deviation over seeds, of the last snapshot, beside the real images", () => {
  const own = { name: "own", model: "hybridq", options: {}, description: "ours" };
  const text = summarise([run(0, 1), run(1, 2), run(2, 3)], [own], { floor: distances(0.1), realPairwise: 52 });
  expect(text).toContain("| ours | 3 | 101 ± 1 | 2.000 ± 1.000 | 2.100 ± 1.000 | 0.00200 ± 0.00100 |");
  expect(text).toContain("| real training images | | | | 0.100 |");
  expect(text).toContain("- own, seed 1: 6 min (50): 4.100, 12 min (101): 2.100");
});
