import { expect, it } from "vitest";
import { type Collected, createTickStats } from "./tick-stats.ts";

const step = (observed: Record<string, number[]>, ms: Record<string, number> = {}, augmentProbability = 0.1) =>
  ({
    observed: Object.fromEntries(Object.entries(observed).map(([name, values]) => [name, Float32Array.from(values)])),
    ms,
    augmentProbability,
  }) as never;

it("counts, averages and spreads what the phases saw, in the reference's names and order", () => {
  const ticks = createTickStats({ pathLengthWeight: 2, r1Gamma: 10 }, 0, 0);
  expect(ticks.isDue(8)).toBe(true);
  ticks.add(step({ "scores/real": [1, -3], "scores/fake": [-1], r1_penalty: [2, 4], pl_penalty: [1] }, { Gmain: 30, Dmain: 50 }));
  const first = ticks.end(8, { seconds: 2, savingSeconds: 1 });
  expect(Object.keys(first)).toEqual([
    ...["Loss/scores/fake", "Loss/signs/fake", "Loss/G/loss", "Loss/pl_penalty", "Loss/G/reg", "Loss/scores/real"],
    ...["Loss/signs/real", "Loss/D/loss", "Loss/r1_penalty", "Loss/D/reg", "Progress/tick", "Progress/kimg"],
    ...["Timing/total_sec", "Timing/sec_per_tick", "Timing/sec_per_kimg", "Timing/maintenance_sec", "Resources/cpu_mem_gb"],
    ...["Resources/peak_gpu_mem_gb", "Progress/augment", "Timing/total_hours", "Timing/total_days"],
    ...["Timing/Gmain", "Timing/Greg", "Timing/Dmain", "Timing/Dreg", "timestamp"],
  ]);
  expect(first["Loss/scores/real"]).toEqual({ num: 2, mean: -1, std: 2 });
  expect(first["Loss/signs/real"]).toEqual({ num: 2, mean: 0, std: 1 });
  expect(first["Loss/D/reg"]).toEqual({ num: 2, mean: 15, std: 5 });
  expect(first["Loss/G/reg"]).toEqual({ num: 1, mean: 2, std: 0 });
  expect(first["Loss/G/loss"]).toEqual({ num: 0, mean: null, std: null });
  expect((first["Timing/sec_per_kimg"] as Collected).mean).toBe(250);
  expect((first["Timing/total_sec"] as Collected).mean).toBe(3);

  // A tick is 4000 images; what was not seen in it stays what it was.
  expect(ticks.isDue(4000)).toBe(false);
  ticks.add(step({ "scores/real": [5] }, {}, 0.25));
  expect(ticks.isDue(4008)).toBe(true);
  const second = ticks.end(4008, { seconds: 10, savingSeconds: 1.5 });
  expect(second["Loss/scores/real"]).toEqual({ num: 1, mean: 5, std: 0 });
  expect(second["Loss/r1_penalty"]).toEqual(first["Loss/r1_penalty"]);
  expect((second["Progress/tick"] as Collected).mean).toBe(1);
  expect(ticks.describe(second)).toBe(
    `tick 1   kimg 4.0   time 12 s   sec/tick 8.0   sec/kimg 2.00   maintenance 0.5   cpumem ${(second["Resources/cpu_mem_gb"] as Collected).mean?.toFixed(2)}   augment 0.250`,
  );
});
