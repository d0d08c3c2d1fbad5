import { checkOptions, expect } from "repro-kit";
import type { Circuit } from "./circuit.ts";

export type Precision = "float32" | "float64";
/** How a circuit is run: the kernel of layered circuits, a program of fused kernel calls for any other, or plain TypeScript. */
export type Path = "batched-simd" | "program" | "general";
export type FloatArray = Float32Array | Float64Array;

export interface RunOptions {
  /** [batch, numInputs], row-major, in radians. */
  readonly inputs: ArrayLike<number>;
  /** [numWeights], in radians. */
  readonly weights: ArrayLike<number>;
  /** Number of samples; default: what the length of `inputs` gives, 1 without inputs. */
  readonly batch?: number;
}

export interface VjpOptions extends RunOptions {
  /** [batch, numOutputs]: the gradient of the loss by each output. */
  readonly cotangent: ArrayLike<number>;
}

export interface Gradients {
  /** [batch, numInputs]. */
  readonly inputs: FloatArray;
  /** [numWeights], summed over the batch. */
  readonly weights: FloatArray;
}

/** A forward pass whose gradient may still be asked for. */
export interface Recording {
  /** [batch, numOutputs]. */
  readonly outputs: FloatArray;
  /** As `vjp`; takes up the states of the forward pass while no later call has overwritten them, else runs it again. */
  vjp(cotangent: ArrayLike<number>): Gradients;
}

/** A circuit, or `count` circuits of one shape, ready to run. Holds its own scratch memory; not to be shared between threads. */
export interface Executable {
  readonly circuit: Circuit;
  /** Number of circuits that run as one. */
  readonly count: number;
  /** Whether every circuit reads the same features. */
  readonly sharedInputs: boolean;
  readonly precision: Precision;
  readonly path: Path;
  /** Features per sample: those of one circuit if shared, else of all circuits, one circuit after the other. */
  readonly numInputs: number;
  /** Weights of all circuits, one circuit after the other. */
  readonly numWeights: number;
  /** Expectation values per sample, one circuit after the other. */
  readonly numOutputs: number;
  /** Expectation values, [batch, numOutputs]. @throws UsageError if a length is wrong or an angle is not finite. */
  run(options: RunOptions): FloatArray;
  /** Σ cotangent·∂output/∂(inputs, weights). @throws UsageError as `run`. */
  vjp(options: VjpOptions): Gradients;
  /** `run` that keeps what `vjp` needs. */
  record(options: RunOptions): Recording;
  /** Ends the threads that it started; later calls run on the caller's. */
  close(): void;
}

/** Where one call stands: its arrays, checked. */
export interface Call {
  readonly inputs: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  readonly batch: number;
}

/** What a path of computation implements; `createExecutable` checks the arguments. */
export interface Engine {
  /** Fills outputs, [batch, numOutputs]; with `keep` it may keep its states and return a ticket for them. */
  forward(call: Call, outputs: FloatArray, keep: boolean): number | undefined;
  /** Fills the gradients, which are zero before; a ticket that is out of date is ignored. */
  backward(call: Call, cotangent: ArrayLike<number>, gradients: Gradients, ticket: number | undefined): void;
  close?(): void;
}

interface Shape extends Pick<Executable, "circuit" | "count" | "sharedInputs" | "precision" | "path"> {}

/** The public face of an engine. */
export function createExecutable(shape: Shape, engine: Engine): Executable {
  const { circuit, count, sharedInputs, precision } = shape;
  const scope = circuit.name;
  const numInputs = circuit.numInputs * (sharedInputs ? 1 : count);
  const numWeights = circuit.numWeights * count;
  const numOutputs = circuit.observables.length * count;
  const createArray = (length: number): FloatArray =>
    precision === "float32" ? new Float32Array(length) : new Float64Array(length);

  const checkCall = ({ inputs, weights, batch: given }: RunOptions): Call => {
    const batch = given ?? (numInputs === 0 ? 1 : inputs.length / numInputs);
    const perSample = count === 1 || sharedInputs ? `${numInputs}` : `${count}·${circuit.numInputs}`;
    expect(
      Number.isInteger(batch) && batch >= 1 && inputs.length === batch * numInputs,
      scope,
      `inputs must be [batch, ${perSample}] with batch ≥ 1; got ${inputs.length} values${given === undefined ? "" : ` for batch ${given}`}.`,
    );
    const weightShape = [...(count > 1 ? [count] : []), ...circuit.weightShape].join(", ");
    expect(
      weights.length === numWeights,
      scope,
      `weights must be [${weightShape}], ${numWeights} values; got ${weights.length}.`,
    );
    checkFinite(scope, "inputs", inputs);
    checkFinite(scope, "weights", weights);
    return { inputs, weights, batch };
  };
  const gradientsOf = (call: Call, cotangent: ArrayLike<number>, ticket?: number): Gradients => {
    const wanted = call.batch * numOutputs;
    const isSize = cotangent.length === wanted;
    expect(isSize, scope, `cotangent must be [${call.batch}, ${numOutputs}], ${wanted} values; got ${cotangent.length}.`);
    checkFinite(scope, "cotangent", cotangent);
    const gradients = { inputs: createArray(call.batch * numInputs), weights: createArray(numWeights) };
    engine.backward(call, cotangent, gradients, ticket);
    return gradients;
  };

  return {
    ...shape,
    numInputs,
    numWeights,
    numOutputs,
    run(options) {
      checkOptions(scope, options, ["inputs", "weights", "batch"]);
      const call = checkCall(options);
      const outputs = createArray(call.batch * numOutputs);
      engine.forward(call, outputs, false);
      return outputs;
    },
    vjp(options) {
      checkOptions(scope, options, ["inputs", "weights", "batch", "cotangent"]);
      return gradientsOf(checkCall(options), options.cotangent);
    },
    close() {
      engine.close?.();
    },
    record(options) {
      checkOptions(scope, options, ["inputs", "weights", "batch"]);
      const call = checkCall(options);
      const outputs = createArray(call.batch * numOutputs);
      const ticket = engine.forward(call, outputs, true);
      return { outputs, vjp: (cotangent) => gradientsOf(call, cotangent, ticket) };
    },
  };
}

function checkFinite(scope: string, what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) expect(false, scope, `${what} must be finite; got ${values[i]} at index ${i}.`);
}
