import { checkOptions, expect } from "repro-kit";
import type { Circuit } from "./circuit.ts";
import { createHeadedEngine, type OutputHead, sumsHead } from "./output-head.ts";

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

interface Shape extends Pick<Executable, "circuit" | "count" | "sharedInputs" | "precision" | "path"> {
  /** What is made of the expectation values; default: the sums that the circuit names, if any. */
  readonly head?: OutputHead;
}

/** The public face of an engine. */
export function createExecutable({ head: given, ...shape }: Shape, bare: Engine): Executable {
  const { circuit, count, sharedInputs, precision } = shape;
  const head = given ?? (circuit.outputs && sumsHead(circuit.outputs));
  const numWords = circuit.observables.length;
  const engine = head ? createHeadedEngine(bare, head, numWords, count) : bare;
  const scope = circuit.name;
  const numInputs = circuit.numInputs * (sharedInputs ? 1 : count);
  const numWeights = circuit.numWeights * count;
  const numOutputs = (head?.numOutputs ?? numWords) * count;
  const createArray = (length: number): FloatArray =>
    precision === "float32" ? new Float32Array(length) : new Float64Array(length);

  const checkCall = ({ inputs, weights, batch: given }: RunOptions): Call => {
    const batch = given ?? (numInputs === 0 ? 1 : inputs.length / numInputs);
    const perSample = () => (count === 1 || sharedInputs ? `${numInputs}` : `${count}·${circuit.numInputs}`);
    expect(
      Number.isInteger(batch) && batch >= 1 && inputs.length === batch * numInputs,
      scope,
      () =>
        `inputs must be [batch, ${perSample()}] with batch ≥ 1; got ${inputs.length} values${given === undefined ? "" : ` for batch ${given}`}.`,
    );
    checkWeights(circuit, weights, count);
    checkFinite(scope, "inputs", inputs);
    return { inputs, weights, batch };
  };
  const gradientsOf = (call: Call, cotangent: ArrayLike<number>, ticket?: number): Gradients => {
    const wanted = call.batch * numOutputs;
    const isSize = cotangent.length === wanted;
    expect(isSize, scope, () => `cotangent must be [${call.batch}, ${numOutputs}], ${wanted} values; got ${cotangent.length}.`);
    checkFinite(scope, "cotangent", cotangent);
    const gradients = { inputs: createArray(call.batch * numInputs), weights: createArray(numWeights) };
    engine.backward(call, cotangent, gradients, ticket);
    checkResult(gradients.weights, "slopes");
    checkResult(gradients.inputs, "slopes");
    return gradients;
  };
  /** Finite angles may still pass the range of numbers: products, scaled ones, cotangents in float32. */
  const checkResult = (values: FloatArray, what: string): void => {
    for (let i = 0; i < values.length; i++)
      if (!Number.isFinite(values[i]))
        expect(
          false,
          scope,
          `${what} must be finite; got ${values[i]}: an angle or a cotangent leaves the range of ${precision}.`,
        );
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
      checkResult(outputs, "outputs");
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
      checkResult(outputs, "outputs");
      return { outputs, vjp: (cotangent) => gradientsOf(call, cotangent, ticket) };
    },
  };
}

/** @throws UsageError if there are not as many weights as the shape says, or one is not finite. */
export function checkWeights(circuit: Circuit, weights: ArrayLike<number>, count = 1, what = "weights"): void {
  const { name, weightShape, weightFormula, numWeights } = circuit;
  const wanted = count * numWeights;
  expect(weights.length === wanted, name, () => {
    const shape = [...(count > 1 ? [count] : []), ...weightShape].join(", ");
    const inNames = weightFormula ? ` = ${count > 1 ? "count × " : ""}${weightFormula}` : "";
    return `${what} must be [${shape}]${inNames}, ${wanted} values; got ${weights.length}.`;
  });
  checkFinite(name, what, weights);
}

/** One sample of a circuit. @throws UsageError if a length is wrong or an angle is not finite. */
export function checkSample(circuit: Circuit, inputs: ArrayLike<number>, weights: ArrayLike<number>): void {
  const { name, numInputs } = circuit;
  expect(inputs.length === numInputs, name, `inputs must be [${numInputs}]; got ${inputs.length} values.`);
  checkWeights(circuit, weights);
  checkFinite(name, "inputs", inputs);
}

/** @throws UsageError that names the first value that is not finite. */
export function checkFinite(scope: string, what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) expect(false, scope, `${what} must be finite; got ${values[i]} at index ${i}.`);
}
