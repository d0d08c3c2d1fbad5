import { createRng } from "repro-kit";
import { describe, expect, it } from "vitest";
import { createSampler, type SamplerState } from "./sampler.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const through = (state: SamplerState): SamplerState => JSON.parse(JSON.stringify(state));

describe("createSampler", () => {
  it("visits every image once an epoch, in a new order each time, whatever the batch size", () => {
    const indices = range(10).map((i) => i * 3);
    const draw = (batchSize: number) => {
      const sampler = createSampler({ indices, batchSize, rng: createRng(5) });
      return range(60 / batchSize).flatMap(() => sampler.next());
    };
    const drawn = draw(4);
    for (let epoch = 0; epoch < 6; epoch++)
      expect(drawn.slice(10 * epoch, 10 * epoch + 10).sort((a, b) => a - b)).toEqual(indices);
    expect(drawn.slice(0, 10)).not.toEqual(drawn.slice(10, 20));
    expect(draw(1)).toEqual(drawn);
    expect(draw(30)).toEqual(drawn);
    expect(draw(30)).not.toEqual(range(60).map((i) => indices[i % 10]));
  });

  it("continues exactly from its state, at any place", () => {
    for (const before of [0, 1, 2, 3, 7]) {
      const sampler = createSampler({ indices: range(10), batchSize: 5, mirror: true, rng: createRng(1) });
      for (let i = 0; i < before; i++) sampler.next();
      const resumed = createSampler({ indices: range(10), batchSize: 5, mirror: true, state: through(sampler.state()) });
      expect(resumed.epoch).toBe(sampler.epoch);
      expect(range(9).map(() => resumed.nextBatch())).toEqual(range(9).map(() => sampler.nextBatch()));
      expect(resumed.state()).toEqual(sampler.state());
    }
  });

  it("says so when a batch repeats images", () => {
    const sampler = createSampler({ indices: [4, 2], batchSize: 5, rng: createRng(0) });
    expect(sampler.note).toBe("a batch of 5 from 2 images repeats images within itself.");
    const batch = sampler.next();
    expect(batch.slice(0, 2).sort()).toEqual([2, 4]);
    expect(batch.slice(2, 4).sort()).toEqual([2, 4]);
    expect(sampler.epoch).toBe(2);
    expect(createSampler({ indices: [4, 2], batchSize: 2, rng: createRng(0) }).note).toBeUndefined();
  });

  it("mirrors half of the images, in the same order as without", () => {
    const [plain, mirrored] = [false, true].map((mirror) =>
      createSampler({ indices: range(500), batchSize: 2000, mirror, rng: createRng(3) }),
    );
    const [a, b] = [plain.nextBatch(), mirrored.nextBatch()];
    expect(b.indices).toEqual(a.indices);
    expect(a.mirrored.some(Boolean)).toBe(false);
    // Five standard deviations of 2000 fair coins.
    expect(Math.abs(b.mirrored.filter(Boolean).length - 1000)).toBeLessThan(112);
  });

  it("turns half of the images upside down, independently of the mirror", () => {
    const draw = (mirror: boolean) =>
      createSampler({ indices: range(500), batchSize: 2000, mirror, flip: true, rng: createRng(3) }).nextBatch();
    const { mirrored, flipped } = draw(true);
    expect(draw(false).flipped).toEqual(flipped);
    const numBoth = flipped.filter((isFlipped, i) => isFlipped && mirrored[i]).length;
    // Five standard deviations of 2000 coins that fall so in one of two, and in one of four cases.
    expect(Math.abs(flipped.filter(Boolean).length - 1000)).toBeLessThan(112);
    expect(Math.abs(numBoth - 500)).toBeLessThan(97);
  });

  it("balances classes: each as often as the largest, its images as evenly as can be", () => {
    const indices = [10, 11, 12, 13, 14, 20, 21, 30];
    const balance = (index: number) => Math.floor(index / 10);
    const create = (state?: SamplerState) =>
      createSampler({ indices, batchSize: 5, balance, ...(state ? { state } : { rng: createRng(4) }) });
    const sampler = create();
    const epoch = range(3).flatMap(() => sampler.next());
    expect(sampler.epoch).toBe(1);
    const counts = new Map(indices.map((index) => [index, epoch.filter((one) => one === index).length]));
    expect([...counts.values()].slice(0, 5)).toEqual([1, 1, 1, 1, 1]);
    expect([counts.get(20), counts.get(21)].sort()).toEqual([2, 3]);
    expect(counts.get(30)).toBe(5);
    sampler.next();
    expect(create(through(sampler.state())).next()).toEqual(sampler.next());
  });

  it("refuses what it cannot draw from", () => {
    const rng = createRng(0);
    const state = createSampler({ indices: [1, 2, 3], batchSize: 1, rng }).state();
    expect(() => createSampler({ indices: [], batchSize: 1, rng })).toThrow("there is no image to draw from");
    expect(() => createSampler({ indices: [1], batchSize: 0, rng })).toThrow("batchSize must be an integer ≥ 1; got 0");
    expect(() => createSampler({ indices: [1], batchSize: 1 } as never)).toThrow("give rng to begin with, or state to continue");
    expect(() => createSampler({ indices: [1, 2], batchSize: 1, state })).toThrow("belongs to 3 other images; got 2");
    expect(() => createSampler({ indices: [1, 2, 4], batchSize: 1, state })).toThrow("Continue with the same dataset");
    expect(() => createSampler({ indices: [1, 2, 3], batchSize: 1, state: { ...state, position: 3 } })).toThrow("damaged");
    const uneven = createSampler({ indices: [1, 2, 3], batchSize: 5, balance: (i) => Number(i > 1), rng }); // an epoch of four
    const balanced = { ...uneven.state(), position: 3 };
    expect(() => createSampler({ indices: [1, 2, 3], batchSize: 1, state: balanced })).toThrow("damaged");
    expect(() => createSampler({ indices: [1], batchsize: 1, rng } as never)).toThrow('did you mean "batchSize"');
  });
});
