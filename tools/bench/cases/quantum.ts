import * as tf from "@tensorflow/tfjs-core";
import { buildCircuit, compileGroup } from "quantum-sim";
import { quantumLayer } from "quantum-sim/tfjs";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";

const LAYERS = 6;

/** Groups that the papers train, and the batches that they train with. */
const GROUPS = [
  { ansatz: "mosaiq", count: 8, qubits: 5, batch: 8 },
  { ansatz: "mosaiq", count: 8, qubits: 5, batch: 32 },
  { ansatz: "mosaiq", count: 10, qubits: 10, batch: 8 },
  { ansatz: "mosaiq", count: 10, qubits: 10, batch: 32 },
  { ansatz: "hybridq", count: 10, qubits: 10, batch: 8 },
  { ansatz: "hybridq", count: 10, qubits: 10, batch: 32 },
] as const;
type Group = (typeof GROUPS)[number];

const nameOf = ({ ansatz, count, qubits, batch }: Group) =>
  `${ansatz} ${count}×${qubits} qubits, ${LAYERS} layers, batch ${batch}`;
const peerArgumentsOf = (group: Group) => ({ work: "quantum-step", layers: LAYERS, ...group });

function createStep({ ansatz, count, qubits, batch }: Group) {
  const circuits = compileGroup(buildCircuit(ansatz, { numQubits: qubits, numLayers: LAYERS }), { count, sharedInputs: true });
  const rng = createRng(0);
  const inputs = rng.fillUniform(new Float32Array(batch * circuits.numInputs), 0, Math.PI / 2);
  const weights = rng.fillUniform(new Float32Array(circuits.numWeights), -Math.PI, Math.PI);
  const cotangent = rng.fillNormal(new Float32Array(batch * circuits.numOutputs));
  return { circuits, inputs, weights, cotangent };
}

/** Forward and gradients of weights and inputs, as a training step calls them, on one core. */
function stepCase(group: Group): BenchCase {
  const { circuits, inputs, weights, cotangent } = createStep(group);
  return {
    name: nameOf(group),
    backend: circuits.path,
    peerArguments: peerArgumentsOf(group),
    run: () => {
      circuits.record({ inputs, weights }).vjp(cotangent);
    },
  };
}

/** The same through `quantumLayer`, tensors on tfjs's wasm backend. */
function layerCase(group: Group): BenchCase {
  const { circuits, inputs, weights, cotangent } = createStep(group);
  const layer = quantumLayer(circuits);
  const gradient = tf.grads((x, w) => layer(x as tf.Tensor2D, w));
  return {
    name: `${nameOf(group)}, as a tf layer`,
    backend: "wasm",
    peerArguments: peerArgumentsOf(group),
    async run() {
      await ready({ backend: "wasm" });
      tf.tidy(() => {
        const x = tf.tensor2d(inputs, [group.batch, circuits.numInputs]);
        gradient([x, tf.tensor1d(weights)], tf.tensor2d(cotangent, [group.batch, circuits.numOutputs]));
      });
    },
  };
}

export const quantum: BenchSuite = {
  name: "quantum",
  cases: () => [...GROUPS.map(stepCase), layerCase(GROUPS[4])],
  peers: [{ name: "pennylane", script: "quantum_pennylane.py" }],
};
