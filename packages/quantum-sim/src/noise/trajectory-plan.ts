import { type ComplexMatrix, scale } from "../complex-matrix.ts";
import { X, Z } from "../gates/index.ts";
import { type Channel, effectOf, smallestEigenvalue } from "./channel.ts";
import { isChannel, type NoisyOperation } from "./noisy-circuit.ts";
import { tensorFactors } from "./tensor-factors.ts";
import { type TwoByTwo, toTwoByTwo } from "./two-by-two.ts";

/** A factor of what acts on one wire between two gates of several wires. Branch 0 of every choice is the usual one. */
export type RunItem =
  /** A gate, by its place in the steps. */
  | { readonly kind: "gate"; readonly step: number }
  /** One of several unitaries, drawn without looking at the state. */
  | { readonly kind: "choice"; readonly choice: number; readonly branches: readonly TwoByTwo[] }
  /** Branch 0: the first operator, which is at least as likely as `bound` in any state. Else an operator drawn by the state. */
  | { readonly kind: "kraus"; readonly choice: number; readonly operators: readonly TwoByTwo[]; readonly bound: number };

/** What acts on the state at once. */
export type PlanStep =
  | { readonly kind: "run"; readonly wires: readonly number[]; readonly items: readonly RunItem[] }
  | { readonly kind: "cnot" | "cz"; readonly wires: readonly number[] }
  | { readonly kind: "gate"; readonly wires: readonly number[]; readonly step: number }
  | {
      readonly kind: "choice";
      readonly wires: readonly number[];
      readonly choice: number;
      readonly branches: readonly ComplexMatrix[];
    }
  | {
      readonly kind: "kraus";
      readonly wires: readonly number[];
      readonly choice: number;
      readonly operators: readonly ComplexMatrix[];
      readonly bound: number;
    };

/** Moves amplitudes or signs: no matrix, and nothing to keep for the way back. */
export type MoveStep = Extract<PlanStep, { readonly kind: "cnot" | "cz" }>;

/** Tells moves from steps with matrices. */
export const isMove = (step: PlanStep): step is MoveStep => step.kind === "cnot" || step.kind === "cz";

/** What a plan does in order. */
export interface TrajectoryPlan {
  readonly steps: readonly PlanStep[];
  /** Probabilities of each choice's branches. */
  readonly choices: readonly (readonly number[])[];
  /** Places in `steps` where each choice acts. */
  readonly stepsOfChoice: readonly (readonly number[])[];
  /** Whether an operator changes the norm of the state. */
  readonly hasKraus: boolean;
}

/**
 * What a trajectory does: single-qubit gates and channels of a wire are gathered until a gate needs the wire, and are then one 2×2
 * matrix in each lane. A wire's reduced density is enough to draw all Kraus operators of such a run, and is not even needed where the
 * draw falls below the least probability of the usual operator.
 */
export function planTrajectories(numQubits: number, given: readonly NoisyOperation[]): TrajectoryPlan {
  const steps: PlanStep[] = [];
  const choices: (readonly number[])[] = [];
  const stepsOfChoice: number[][] = [];
  let hasKraus = false;
  const pending: RunItem[][] = Array.from({ length: numQubits }, () => []);
  const choose = (probabilities: readonly number[]): number => {
    stepsOfChoice.push([]);
    return choices.push(probabilities) - 1;
  };
  const push = (step: PlanStep): void => {
    const items = step.kind === "run" ? step.items : [step];
    for (const item of items) if ("choice" in item) stepsOfChoice[item.choice].push(steps.length);
    steps.push(step);
  };
  const flush = (wire: number): void => {
    if (pending[wire].length > 0) push({ kind: "run", wires: [wire], items: pending[wire] });
    pending[wire] = [];
  };
  const addMixture = ({ kraus }: Channel, mixture: readonly number[], wires: readonly number[]): void => {
    const unitaries = kraus.map((K, k) => scale(1 / Math.sqrt(mixture[k]), K));
    const factors = unitaries.flatMap((U) => {
      const one = tensorFactors(U, wires.length);
      return one ? [one] : [];
    });
    const choice = choose(mixture);
    if (factors.length === unitaries.length)
      wires.forEach((wire, w) => {
        pending[wire].push({ kind: "choice", choice, branches: factors.map((one) => toTwoByTwo(one[w])) });
      });
    else {
      wires.forEach(flush);
      push({ kind: "choice", choice, branches: unitaries, wires });
    }
  };
  const addKraus = ({ kraus }: Channel, wires: readonly number[]): void => {
    hasKraus = true;
    const ranked = kraus
      .map((K) => ({ K, bound: Math.max(0, smallestEigenvalue(effectOf(K))) }))
      .sort((a, b) => b.bound - a.bound);
    const { bound } = ranked[0];
    const operators = ranked.map(({ K }) => K);
    const choice = choose([bound, 1 - bound]);
    if (wires.length === 1)
      pending[wires[0]].push({ kind: "kraus", choice, operators: operators.map((K) => toTwoByTwo(K)), bound });
    else {
      wires.forEach(flush);
      push({ kind: "kraus", choice, operators, bound, wires });
    }
  };
  given.forEach((one, step) => {
    const { wires } = one;
    if (isChannel(one)) {
      if (one.channel.mixture) addMixture(one.channel, one.channel.mixture, wires);
      else addKraus(one.channel, wires);
    } else if (wires.length === 1) pending[wires[0]].push({ kind: "gate", step });
    else {
      wires.forEach(flush);
      const { controlled } = one.gate;
      const inner = controlled?.numControls === 1 ? controlled.gate : undefined;
      push(inner === X ? { kind: "cnot", wires } : inner === Z ? { kind: "cz", wires } : { kind: "gate", step, wires });
    }
  });
  pending.forEach((_, wire) => {
    flush(wire);
  });
  return { steps, choices, stepsOfChoice, hasKraus };
}
