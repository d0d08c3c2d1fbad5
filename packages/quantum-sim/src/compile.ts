import { checkOptions, expect, listKnown } from "repro-kit";
import type { Circuit } from "./circuit.ts";
import { createExecutable, type Executable, type Path, type Precision } from "./executable.ts";
import { createGeneralEngine, generalBytes } from "./general-engine.ts";
import { layeredProgram } from "./layered-program.ts";
import type { OutputHead } from "./output-head.ts";
import { createSizedEngine, leastProgramBytes } from "./sized-engine.ts";

export interface CompileOptions {
  /** Of the angles, states and results; default "float32". The general path always computes in float64. */
  readonly precision?: Precision;
  /** Default: "batched-simd" where the circuit allows it, else "program"; "general" is the plain version that tests compare with. */
  readonly path?: Path;
  /** The most memory that state vectors may take; default 2 GiB. */
  readonly memoryLimitBytes?: number;
  /**
   * Threads that share the circuits and samples of layered circuits, the caller's included; default 1. They start in the background
   * and need shared memory: elsewhere (a page that is not cross-origin isolated) the caller works alone.
   */
  readonly threads?: number;
}

export interface CompileGroupOptions extends CompileOptions {
  /** Number of circuits of this shape, each with its own weights. */
  readonly count: number;
  /** Whether every circuit reads the same features; default false: each has its own. */
  readonly sharedInputs?: boolean;
}

const KNOWN = ["precision", "path", "memoryLimitBytes", "threads"];
const MOST_THREADS = 64;
const PRECISIONS = ["float32", "float64"];
const PATHS = ["batched-simd", "program", "general"];
const GIB = 2 ** 30;

/**
 * Makes a circuit ready to run; synchronous.
 *
 * @throws UsageError if an option is unknown, the states do not fit into memory, or `path` does not suit the circuit.
 */
export function compile(circuit: Circuit, options: CompileOptions = {}): Executable {
  checkOptions("compile", options, KNOWN);
  return compileCircuits("compile", circuit, { ...options, count: 1 });
}

/**
 * Makes `count` circuits of one shape ready to run as one: inputs [batch, count·features] (or [batch, features] if
 * shared), weights [count·numWeights], outputs [batch, count·observables].
 *
 * @throws UsageError as `compile`, and if `count` is not a whole number ≥ 1.
 */
export function compileGroup(circuit: Circuit, options: CompileGroupOptions): Executable {
  checkOptions("compileGroup", options, [...KNOWN, "count", "sharedInputs"]);
  const { count } = options;
  expect(Number.isInteger(count) && count >= 1, "compileGroup", `count must be an integer ≥ 1; got ${count}.`);
  return compileCircuits("compileGroup", circuit, options);
}

/** `compileGroup` with the outputs made of the expectation values by `head`. */
export function compileCircuits(scope: string, circuit: Circuit, options: CompileGroupOptions, head?: OutputHead): Executable {
  const { precision = "float32", count, sharedInputs = false, memoryLimitBytes = 2 * GIB } = options;
  expect(PRECISIONS.includes(precision), scope, () => `no precision "${precision}"; ${listKnown(precision, PRECISIONS)}`);
  const asked = options.path;
  expect(asked === undefined || PATHS.includes(asked), scope, () => `no path "${asked}"; ${listKnown(String(asked), PATHS)}`);

  const { threads = 1 } = options;
  const isCount = Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS;
  expect(isCount, scope, `threads must be an integer from 1 to ${MOST_THREADS}; got ${threads}.`);

  const shape = { circuit, count, sharedInputs, precision, head };
  const bytes = asked === "general" ? generalBytes(circuit.numQubits) : leastProgramBytes(circuit.numQubits, precision);
  expect(
    bytes <= memoryLimitBytes,
    scope,
    `${circuit.numQubits} qubits need ${bytes} bytes (${(bytes / GIB).toFixed(1)} GiB) for their states; ` +
      `the limit is ${memoryLimitBytes}. Take fewer qubits or raise memoryLimitBytes.`,
  );
  if (asked === "general")
    return createExecutable({ ...shape, path: "general" }, createGeneralEngine(circuit, count, sharedInputs));
  const layers = asked === "program" ? undefined : layeredProgram(circuit);
  expect(
    layers || asked !== "batched-simd",
    scope,
    `${circuit.name} does not suit path "batched-simd", which takes layers of single-qubit rotations and fixed entanglers; leave out path.`,
  );
  const engineOptions = { count, sharedInputs, precision, memoryLimitBytes, threads };
  const isForced = asked === "batched-simd";
  const engine = createSizedEngine(circuit, layers, { ...engineOptions, isForced });
  return createExecutable({ ...shape, path: layers ? "batched-simd" : "program" }, engine);
}
