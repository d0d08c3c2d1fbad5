import {
  cosine,
  cosineRestarts,
  exponential,
  linear,
  multiStepDecay,
  oneCycle,
  reduceOnPlateau,
  type Schedule,
  stepDecay,
} from "tfjs-train";
import { absolute } from "../compare.ts";
import type { GoldenCase } from "../golden-kind.ts";

/** Doubles on both sides; torch multiplies step by step what is written here in closed form. */
const TOLERANCE = 1e-12;

/** A torch scheduler by its name and the numbers that stand behind it in the field's name, such as StepLR_10_0.1. */
const schedulers: Readonly<Record<string, (rate: number, numbers: readonly number[]) => Schedule>> = {
  StepLR: (rate, [every, factor]) => stepDecay(rate, { every, factor }),
  MultiStepLR: (rate, milestones) => multiStepDecay(rate, { milestones }),
  CosineAnnealingLR: (rate, [steps, final]) => cosine(rate, { steps, final, after: "rise" }),
  CosineWarmRestarts: (rate, [first, factor]) => cosineRestarts(rate, { first, factor }),
  ExponentialLR: (rate, [factor]) => exponential(rate, { factor }),
  LinearLR: (rate, [from, to, steps]) => linear(rate, { from, to, steps }),
  // The name counts the steps after the first value: torch 2.13 gives this list for total_steps = 41, not 40.
  OneCycle: (_rate, [max, steps]) => oneCycle(max, { steps: steps + 1 }),
};

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === "number");

/** The lists of learning rates beside the settings of the optimisers: the value before step i, or after value i of a plateau. */
export function scheduleCases(definitions: Readonly<Record<string, unknown>>): GoldenCase[] {
  const rate = definitions.base_lr;
  if (typeof rate !== "number") return [];
  return Object.entries(definitions).flatMap(([field, expected]): GoldenCase[] => {
    if (!isNumbers(expected) || field.endsWith("_in")) return [];
    const [name, ...rest] = field.split("_");
    const numbers = rest.map((part) => Number(part.replace(/^[a-zA-Z]+/, "")));
    const inputs = definitions[`${name}_in`];
    if (name === "ReduceLROnPlateau" && isNumbers(inputs)) {
      const [factor, patience] = numbers;
      return [
        { name: field, check: () => [absolute("rates", plateauRates(rate, factor, patience, inputs), expected, TOLERANCE)] },
      ];
    }
    const create = schedulers[name];
    if (!create) return [{ name: field, check: undefined }];
    return [
      {
        name: field,
        check: () => [
          absolute(
            "rates",
            expected.map((_, step) => create(rate, numbers)(step)),
            expected,
            TOLERANCE,
          ),
        ],
      },
    ];
  });
}

function plateauRates(rate: number, factor: number, patience: number, values: readonly number[]): number[] {
  const plateau = reduceOnPlateau({ rate, factor, patience });
  let state = plateau.initial;
  return values.map((value) => {
    state = plateau.next(state, value);
    return state.rate;
  });
}
