import { checkOptions, expect, listKnown } from "repro-kit";
import { checkSample, createExecutable, type Executable, type Precision } from "../executable.ts";
import type { SimulateOptions } from "../simulate.ts";
import { createDensityEngine } from "./density-engine.ts";
import type { NoisyCircuit } from "./noisy-circuit.ts";
import { createTrajectoryEngine } from "./trajectory-engine.ts";

/** How a noisy circuit runs. */
export interface CompileNoisyOptions {
  /** "density-matrix" is exact and takes 8·4^n bytes (gradients: that √L times for L gates); "trajectories" is the mean of pure states. Default: the former up to 6 qubits. */
  readonly method?: "density-matrix" | "trajectories";
  /** Trajectories a sample, default 256; the standard error of an expectation value is at most 1/√trajectories. */
  readonly trajectories?: number;
  /** Of the trajectories, default 0: the same seed gives the same draws at every call. */
  readonly seed?: number;
  /** Default "float32"; density matrices compute in float64 either way. */
  readonly precision?: Precision;
  /** For density matrices, or the states of trajectories, default 1 GiB. */
  readonly memoryLimitBytes?: number;
}

/** An executable of a noisy circuit, whose expectation values include errors of the readout. */
export interface NoisyExecutable extends Executable {
  readonly noisy: NoisyCircuit;
  readonly method: "density-matrix" | "trajectories";
  /** Other draws from now on: a training step gives its number here. */
  reseed(seed: number): void;
}

const METHODS: readonly string[] = ["density-matrix", "trajectories"];
const PRECISIONS: readonly string[] = ["float32", "float64"];
/** Up to here the exact values of a layered circuit take tens of milliseconds a sample. */
const MOST_DENSITY_QUBITS = 6;
const GIB = 2 ** 30;

/**
 * Makes a noisy circuit ready to run and to train: it goes wherever an `Executable` does, `quantumLayer` too.
 *
 * @throws UsageError for unknown options, too many qubits for a density matrix, or states that exceed the memory limit.
 */
export function compileNoisy(noisy: NoisyCircuit, options: CompileNoisyOptions = {}): NoisyExecutable {
  checkOptions("compileNoisy", options, ["method", "trajectories", "seed", "precision", "memoryLimitBytes"]);
  const { circuit } = noisy;
  const { method = circuit.numQubits <= MOST_DENSITY_QUBITS ? "density-matrix" : "trajectories", trajectories = 256 } = options;
  const { precision = "float32", memoryLimitBytes = GIB } = options;
  let seed = checkSeed(options.seed ?? 0);
  expect(METHODS.includes(method), "compileNoisy", () => `no method "${method}"; ${listKnown(method, METHODS)}`);
  expect(
    PRECISIONS.includes(precision),
    "compileNoisy",
    () => `no precision "${precision}"; ${listKnown(precision, PRECISIONS)}`,
  );
  const isCount = Number.isInteger(trajectories) && trajectories >= 1;
  expect(isCount, "compileNoisy", `trajectories must be an integer ≥ 1; got ${trajectories}.`);
  const engine =
    method === "density-matrix"
      ? createDensityEngine(noisy, memoryLimitBytes)
      : createTrajectoryEngine(noisy, { precision, trajectories, seed: () => seed, memoryLimitBytes });
  const executable = createExecutable({ circuit, count: 1, sharedInputs: false, precision, path: "general" }, engine);
  return {
    ...executable,
    noisy,
    method,
    reseed(next) {
      seed = checkSeed(next);
    },
  };
}

function checkSeed(seed: number): number {
  const isSeed = Number.isSafeInteger(seed) && seed >= 0;
  expect(isSeed, "compileNoisy", `seed must be an integer in [0, 2^53); got ${seed}.`);
  return seed;
}

/** What a device would count. */
export interface SampleNoisyOptions extends SimulateOptions {
  readonly shots: number;
  /** The same seed gives the same counts. */
  readonly seed: number;
}

/**
 * Counts of `shots` readings, each of a trajectory of its own, by bit string (wire 0 first).
 *
 * @throws UsageError if a length is wrong or an angle is not finite.
 */
export function sampleNoisy(noisy: NoisyCircuit, options: SampleNoisyOptions): Record<string, number> {
  const { circuit } = noisy;
  checkOptions("sampleNoisy", options, ["shots", "seed", "inputs", "weights"]);
  const { shots, seed, inputs = [], weights = [] } = options;
  expect(Number.isInteger(shots) && shots >= 1, circuit.name, `shots must be an integer ≥ 1; got ${shots}.`);
  checkSample(circuit, inputs, weights);
  const drawn = { precision: "float32", trajectories: 1, seed: () => seed, memoryLimitBytes: GIB } as const;
  const counts: Record<string, number> = {};
  for (const index of createTrajectoryEngine(noisy, drawn).sample({ inputs, weights, shots })) {
    const bits = index.toString(2).padStart(circuit.numQubits, "0");
    counts[bits] = (counts[bits] ?? 0) + 1;
  }
  return counts;
}
