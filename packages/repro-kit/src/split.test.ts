import { describe, expect, test } from "vitest";
import { createRng } from "./rng.ts";
import { createSplit, splitByGroup } from "./split.ts";

describe("createSplit", () => {
  test("refuses an overlap of indices", () => {
    expect(() => createSplit({ train: [0, 1], test: [1, 2] })).toThrow('sample 1 stands in "train" and again in "test"');
  });
  test("refuses an overlap of groups", () => {
    const groupOf = (i: number) => `patient-${i % 2}`;
    expect(() => createSplit({ train: [0, 1], test: [2] }, { groupOf })).toThrow(
      'group "patient-0" stands in "train" and in "test"',
    );
  });
  test("an unknown part lists the known ones", () => {
    expect(() => createSplit({ train: [0] }).part("tset")).toThrow("known: train");
  });
});

describe("splitByGroup", () => {
  const fractions = { train: 0.7, validation: 0.1, test: 0.2 };

  test("keeps groups together, covers every sample once, and keeps the classes' shares", () => {
    for (let seed = 0; seed < 20; seed++) {
      const rng = createRng(seed);
      const groups = Array.from({ length: 1000 }, () => rng.integer(400));
      const labels = groups.map((group) => (group % 10 === 0 ? "rare" : "common"));
      const split = splitByGroup({ count: 1000, fractions, rng, groupOf: (i) => `g${groups[i]}`, labelOf: (i) => labels[i] });
      const partOf = new Map<number, string>();
      const all: number[] = [];
      for (const [name, indices] of Object.entries(split.parts))
        for (const i of indices) {
          expect(partOf.get(groups[i]) ?? name).toBe(name);
          partOf.set(groups[i], name);
          all.push(i);
        }
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
      const rare = labels.filter((label) => label === "rare").length;
      for (const [name, share] of Object.entries(fractions)) {
        const part = split.part(name);
        expect(Math.abs(part.length - share * 1000)).toBeLessThan(30);
        expect(Math.abs(part.filter((i) => labels[i] === "rare").length - share * rare)).toBeLessThan(12);
      }
    }
  });

  test("same seed, same split; other seed, another", () => {
    const split = (seed: number) => splitByGroup({ count: 100, fractions, rng: createRng(seed) }).toJSON();
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
  });

  test("a share of the data: fractions below 1 leave the rest out", () => {
    const { parts } = splitByGroup({ count: 1000, fractions: { tenth: 0.1 }, rng: createRng(0) });
    expect(parts.tenth.length).toBe(100);
  });

  test("tiny sets fill every part", () => {
    const { parts } = splitByGroup({ count: 3, fractions, rng: createRng(0) });
    expect(Object.values(parts).map((part) => part.length)).toEqual([1, 1, 1]);
  });

  test.each<Record<string, number>>([{ train: 0 }, { train: 0.8, test: 0.4 }, {}])("refuses fractions %j", (bad) => {
    expect(() => splitByGroup({ count: 10, fractions: bad, rng: createRng(0) })).toThrow("[splitByGroup] fractions");
  });
  test("refuses a class that cannot stand in every part", () => {
    const split = (labels: string, shares: Record<string, number>) => () =>
      splitByGroup({ count: labels.length, fractions: shares, rng: createRng(0), labelOf: (i) => labels[i] });
    expect(split("aaaaaaaaab", { train: 0.5, test: 0.5 })).toThrow('class "b" has 1 group(s), too few for 2 parts.');
    expect(split("aabb", { train: 0.5, test: 0.5 })).not.toThrow();
  });
  test("refuses more parts than groups", () => {
    expect(() => splitByGroup({ count: 10, fractions, rng: createRng(0), groupOf: () => "one" })).toThrow(
      "1 groups cannot fill 3 parts",
    );
  });
});
