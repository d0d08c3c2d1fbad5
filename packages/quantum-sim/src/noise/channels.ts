/** The usual channels; conventions as PennyLane's. Nielsen & Chuang (2010), §8.3. */
import { checkOptions, expect } from "repro-kit";
import { matrix } from "../complex-matrix.ts";
import { type Channel, composeChannels, expectProbability, krausChannel, pauliChannel } from "./channel.ts";

const { sqrt } = Math;
const PAULIS = ["I", "X", "Y", "Z"];

/**
 * With probability p one of the 4^k − 1 Pauli words other than the identity, each equally likely; on one wire
 * (1−p)ρ + p/3·(XρX + YρY + ZρZ).
 */
export function depolarizing(p: number, numWires = 1): Channel {
  expectProbability("depolarizing", "p", p);
  expect(
    Number.isInteger(numWires) && numWires >= 1 && numWires <= 3,
    "depolarizing",
    `numWires must be 1, 2 or 3; got ${numWires}.`,
  );
  let words = [""];
  for (let wire = 0; wire < numWires; wire++) words = words.flatMap((word) => PAULIS.map((letter) => word + letter));
  const others = words.slice(1);
  return pauliChannel(Object.fromEntries(others.map((word) => [word, p / others.length])), "depolarizing");
}

/** diag(1, √(1−γ)), √γ|0⟩⟨1|: decay to |0⟩ with probability γ. */
export const amplitudeDamping = (gamma: number): Channel => generalizedAmplitudeDamping(gamma, 0, "amplitudeDamping");

/** Decay towards a state that is excited with probability p: √(1−p)·{diag(1, √(1−γ)), √γ|0⟩⟨1|}, √p·{diag(√(1−γ), 1), √γ|1⟩⟨0|}. */
export function generalizedAmplitudeDamping(gamma: number, p: number, name = "generalizedAmplitudeDamping"): Channel {
  expectProbability(name, "gamma", gamma);
  expectProbability(name, "p", p);
  const [down, up, kept, lost] = [sqrt(1 - p), sqrt(p), sqrt(1 - gamma), sqrt(gamma)];
  return krausChannel(name, [
    matrix([down, 0, 0, down * kept]),
    matrix([0, down * lost, 0, 0]),
    matrix([up * kept, 0, 0, up]),
    matrix([0, 0, up * lost, 0]),
  ]);
}

/** diag(1, √(1−γ)), diag(0, √γ). */
export function phaseDamping(gamma: number): Channel {
  expectProbability("phaseDamping", "gamma", gamma);
  // The same map as a mixture of I and Z, so that trajectories need not look at the state: 1 − 2q = √(1−γ).
  return pauliChannel({ Z: (1 - sqrt(1 - gamma)) / 2 }, "phaseDamping");
}

/** X with probability p: (1−p)ρ + p·XρX. */
export const bitFlip = (p: number): Channel => flip("bitFlip", "X", p);

/** Z with probability p: (1−p)ρ + p·ZρZ. */
export const phaseFlip = (p: number): Channel => flip("phaseFlip", "Z", p);

function flip(name: string, word: string, p: number): Channel {
  expectProbability(name, "p", p);
  return pauliChannel({ [word]: p }, name);
}

/** Times of one qubit, and how long it waits. */
export interface ThermalRelaxationOptions {
  /** Relaxation and dephasing times in one unit, T2 ≤ 2·T1; infinite is allowed. */
  readonly t1: number;
  readonly t2: number;
  /** In the same unit. */
  readonly time: number;
  /** Population of |1⟩ in equilibrium, default 0. */
  readonly excited?: number;
}

/**
 * Populations decay by e^{−t/T1}, coherences by e^{−t/T2}: amplitude damping, then the dephasing that is left.
 *
 * @throws UsageError if T2 > 2·T1, which no physical qubit has, or a time is negative.
 */
export function thermalRelaxation(options: ThermalRelaxationOptions): Channel {
  const scope = "thermalRelaxation";
  checkOptions(scope, options, ["t1", "t2", "time", "excited"]);
  const { t1, t2, time, excited = 0 } = options;
  expect(t1 > 0 && t2 > 0, scope, `T1 and T2 must be positive; got ${t1} and ${t2}.`);
  expect(t2 <= 2 * t1, scope, `T2 must be at most 2·T1; got T2 = ${t2}, T1 = ${t1}. Clip T2 to ${2 * t1}.`);
  expect(time >= 0 && Number.isFinite(time), scope, `time must be finite and ≥ 0; got ${time}.`);
  expectProbability(scope, "excited", excited);
  const gamma = -Math.expm1(-time / t1);
  const lambda = Math.max(0, -Math.expm1(-2 * time * (1 / t2 - 1 / (2 * t1))));
  const damping = generalizedAmplitudeDamping(gamma, excited, scope);
  return lambda === 0 ? damping : composeChannels(scope, phaseDamping(lambda), damping);
}
