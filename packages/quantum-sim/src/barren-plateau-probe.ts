import { checkOptions, expect, type Rng } from "repro-kit";
import type { Ansatz } from "./ansatz.ts";
import { ansatze } from "./ansatze/index.ts";
import { buildCircuit } from "./build-circuit.ts";
import { createCircuit } from "./circuit.ts";
import { compile } from "./compile.ts";
import type { Embedding } from "./embedding.ts";
import type { Measurable } from "./hamiltonian.ts";
import { type Initialiser, initialisers } from "./initialisers/index.ts";

export interface BarrenPlateauOptions {
  readonly ansatz: string | Ansatz;
  /** Sizes to try, every width with every depth. */
  readonly numQubits: readonly number[];
  readonly numLayers: readonly number[];
  /** Source of the weights; point (width, depth), sample i depends on them and the stream only. */
  readonly rng: Rng;
  /** What is measured, for so many qubits; default "Z0 Z1" (of one qubit "Z0"). */
  readonly observable?: (numQubits: number) => Measurable;
  /** Draws of all weights; default 100. */
  readonly samples?: number;
  /** Default "uniform" in [0, 2π). */
  readonly initialiser?: string | Initialiser;
  /** Default: the ansatz's own; its features are drawn uniform in [−π, π). */
  readonly embedding?: string | Embedding;
}

/** The slopes of ⟨observable⟩ over random weights at one size. */
export interface BarrenPlateauPoint {
  readonly numQubits: number;
  readonly numLayers: number;
  readonly samples: number;
  /** Var(∂⟨O⟩/∂weight), averaged over the weights. */
  readonly variance: number;
  /** The largest of them. */
  readonly largestVariance: number;
  /** Each of them, [numWeights]; its relative error is √(2/samples) for normal slopes. */
  readonly variances: Float64Array;
  /** E(∂⟨O⟩/∂weight), [numWeights]. */
  readonly means: Float64Array;
}

const KNOWN = ["ansatz", "numQubits", "numLayers", "rng", "observable", "samples", "initialiser", "embedding"];

/**
 * Variance of the gradient over random weights, by width and depth: where it falls as 2^−numQubits, training stands still (a barren
 * plateau). Cost: `samples` gradients a size.
 *
 * @throws UsageError if an option is outside its range.
 * @see McClean et al. 2018, arXiv:1803.11173; Cerezo et al. 2021, arXiv:2001.00550 (local observables of shallow circuits)
 */
export function barrenPlateauProbe(options: BarrenPlateauOptions): BarrenPlateauPoint[] {
  const scope = "barrenPlateauProbe";
  checkOptions(scope, options, KNOWN);
  const { numQubits, numLayers, rng, samples = 100, embedding } = options;
  const { observable = (n: number) => (n > 1 ? "Z0 Z1" : "Z0") } = options;
  expect(Number.isInteger(samples) && samples >= 2, scope, `samples must be an integer ≥ 2; got ${samples}.`);
  for (const [name, sizes] of Object.entries({ numQubits, numLayers }))
    expect(sizes.length > 0, scope, `${name} must list at least one size; got none.`);
  const ansatz = ansatze.resolve(options.ansatz);
  const initialiser = initialisers.resolve(options.initialiser ?? "uniform");
  const probe = (n: number, layers: number): BarrenPlateauPoint => {
    const built = buildCircuit(ansatz, { numQubits: n, numLayers: layers, ...(embedding !== undefined && { embedding }) });
    const { operations, numInputs, numWeights, weightShape } = built;
    const measured = { observables: [observable(n)], numInputs, weightShape };
    const executable = compile(createCircuit({ name: ansatz.name, numQubits: n, operations, ...measured }), {
      precision: "float64",
    });
    expect(numWeights > 0, scope, `${ansatz.name} has no weights at ${n} qubits.`);
    const means = new Float64Array(numWeights);
    const squares = new Float64Array(numWeights);
    const stream = rng.fork(`${n} qubits, ${layers} layers`);
    for (let sample = 0; sample < samples; sample++) {
      const draw = stream.fork("sample", sample);
      const weights = initialiser.weights(built, draw);
      const inputs = draw.fillUniform(new Float64Array(numInputs), -Math.PI, Math.PI);
      const slopes = executable.vjp({ inputs, weights, cotangent: [1], batch: 1 }).weights;
      // Welford's running moments.
      for (let k = 0; k < numWeights; k++) {
        const before = slopes[k] - means[k];
        means[k] += before / (sample + 1);
        squares[k] += before * (slopes[k] - means[k]);
      }
    }
    const variances = squares.map((sum) => sum / (samples - 1));
    return {
      numQubits: n,
      numLayers: layers,
      samples,
      variance: variances.reduce((sum, value) => sum + value, 0) / numWeights,
      largestVariance: Math.max(...variances),
      variances,
      means,
    };
  };
  return numQubits.flatMap((n) => numLayers.map((layers) => probe(n, layers)));
}
