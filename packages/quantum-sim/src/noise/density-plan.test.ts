import { expect, test } from "vitest";
import { everyChannel, everyChannelInputs, everyChannelWeights } from "./__fixtures__/every-channel.ts";
import { createDensityMaps, planDensity } from "./density-plan.ts";
import { isChannel } from "./noisy-circuit.ts";

const { steps } = everyChannel;
const runs = planDensity(3, steps);
const mapsOf = createDensityMaps(steps, runs);
const sourcesOf = (weights: readonly number[]) => ({ weights, weightOffset: 0, inputs: everyChannelInputs, inputOffset: 0 });

test("steps on one wire gather until a gate needs it; every step is in one run, in order", () => {
  expect(runs.flatMap((run) => run.steps).sort((a, b) => a - b)).toEqual(steps.map((_, k) => k));
  expect(runs[0]).toEqual({ wires: [0], steps: [0, 2, 3, 4] });
  for (const { wires, steps: own } of runs) for (const k of own) expect(steps[k].wires).toEqual(wires);
});

test("slopes of runs agree with central differences in every weight", () => {
  const maps = mapsOf(sourcesOf(everyChannelWeights));
  const dense = (weights: readonly number[], r: number) => {
    const map = mapsOf(sourcesOf(weights)).forth[r];
    return map.kind === "dense" ? map.matrix : undefined;
  };
  let numSlopes = 0;
  runs.forEach((_, r) => {
    const slopes = maps.slopes(r);
    numSlopes += slopes.length;
    everyChannelWeights.forEach((_, k) => {
      const moved = (h: number) =>
        dense(
          everyChannelWeights.map((w, i) => (i === k ? w + h : w)),
          r,
        );
      const [plus, minus] = [moved(1e-5), moved(-1e-5)];
      plus?.forEach((value, e) => {
        const sum = slopes.reduce((total, { step, angle, matrix }) => {
          const operation = steps[step];
          const reference = isChannel(operation) ? 0 : operation.angles[angle];
          return typeof reference !== "number" && "weight" in reference && reference.weight === k
            ? total + (reference.scale ?? 1) * matrix[e]
            : total;
        }, 0);
        expect(sum).toBeCloseTo((value - (minus?.[e] ?? 0)) / 2e-5, 8);
      });
    });
  });
  expect(numSlopes).toBe(9);
});

test("maps without free angles are made once", () => {
  const [first, second] = [mapsOf(sourcesOf(everyChannelWeights)), mapsOf(sourcesOf([1, 2, 3, 4, 5, 6]))];
  runs.forEach((run, r) => {
    const isFree = run.steps.some((k) => {
      const step = steps[k];
      return !isChannel(step) && step.angles.some((angle) => typeof angle !== "number");
    });
    expect(first.forth[r] === second.forth[r]).toBe(!isFree);
  });
});
