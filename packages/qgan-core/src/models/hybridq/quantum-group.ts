import type * as tf from "@tensorflow/tfjs-core";
import { buildCircuit, type Circuit, compileGroup, rotationLayers } from "quantum-sim";
import { quantumLayer } from "quantum-sim/tfjs";
import { uniformFill } from "../parameter-spec.ts";
import type { LatentGroup } from "./latent-group.ts";
import type { ResolvedHybridQOptions } from "./options.ts";

export interface QuantumGroup extends LatentGroup {
  /** The circuit of each sub-generator, to be drawn. */
  readonly circuit: Circuit;
}

/**
 * `numSubGenerators` circuits of one shape with their own weights: angle encoding, layers of trainable rotations and entanglers
 * between consecutive qubits, the expectation value of one Pauli on each qubit. 1800 weights at the defaults.
 */
export function quantumGroup(options: ResolvedHybridQOptions): QuantumGroup {
  const { numQubits, numLayers, numSubGenerators, embedding, measure, ansatz, rotations, entangler } = options;
  const circuit = buildCircuit(ansatz ?? rotationLayers({ rotations, entangler }), { numQubits, numLayers, embedding, measure });
  const group = compileGroup(circuit, { count: numSubGenerators });
  let ms = 0;
  const timed =
    <A, B>(f: (argument: A) => B) =>
    (argument: A): B => {
      const start = performance.now();
      try {
        return f(argument);
      } finally {
        ms += performance.now() - start;
      }
    };
  const record = timed(group.record);
  const layer = quantumLayer({
    ...group,
    run: timed(group.run),
    vjp: timed(group.vjp),
    record(call) {
      const { outputs, vjp } = record(call);
      return { outputs, vjp: timed(vjp) };
    },
  });
  return {
    name: "quantum",
    circuit,
    inputSize: group.numInputs,
    outputSize: group.numOutputs,
    parameters: [
      {
        name: "quantum.weights",
        shape: [numSubGenerators, group.numWeights / numSubGenerators],
        isTrainable: true,
        fill: uniformFill(0, options.weightBoundRadians),
      },
    ],
    apply: (params, angles: tf.Tensor2D) => layer(angles, params["quantum.weights"]),
    takeMs() {
      const taken = ms;
      ms = 0;
      return taken;
    },
  };
}
