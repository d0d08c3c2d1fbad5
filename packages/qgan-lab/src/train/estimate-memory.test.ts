import { expect, it } from "vitest";
import { checkMemory, estimateRun } from "./estimate-memory.ts";

const plan = (batchSize: number, microBatch?: number) =>
  ({
    model: {
      name: "stylegan2",
      numParameters: 2_597_652,
      judgesImages: true,
      options: { channelBase: 4096, channelMax: 128, minibatchGroup: 4 },
    },
    data: { imageShape: [32, 32, 3] },
    training: { batchSize, ...(microBatch === undefined ? {} : { microBatch }) },
  }) as never;

it("knows StyleGAN2's feature maps, as they were measured", () => {
  expect(estimateRun(plan(16)) / 1e6).toBeCloseTo(618, -1); // 615 MB were measured
  expect(estimateRun(plan(4)) / 1e6).toBeCloseTo(342, -1); // 341 MB
  expect(estimateRun(plan(64, 4))).toBe(estimateRun(plan(4)));
});

it("offers the batch that fits, in whole groups, or the same in parts", () => {
  const free = (bytes: number) => ({ bytes, whose: "are free" });
  expect(() => checkMemory(plan(16), free(700e6))).not.toThrow();
  expect(() => checkMemory(plan(16), free(500e6))).toThrow(
    /about 618 MB of memory are needed and 500 MB are free\. A batch of 8 would fit \(--batch 8\), or parts of 8 with the same result \(--microbatch 8\)/,
  );
  expect(() => checkMemory(plan(16), free(300e6))).toThrow("No batch of it fits");
});
