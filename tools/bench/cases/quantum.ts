import * as tf from "@tensorflow/tfjs-core";
import { type Ansatz, buildCircuit, type Circuit, compileGroup, type Executable } from "quantum-sim";
import { quantumLayer } from "quantum-sim/tfjs";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";
import { brickwork, iqpCircuit, ownHybridq, ownMosaiq } from "./quantum-circuits.ts";
import { noiseCases } from "./quantum-noise.ts";

const LAYERS = 6;
/** IQP has a weight for every pair of qubits in each layer. */
const IQP_LAYERS = 2;

interface Work {
  /** As bench/peers/quantum_circuits.py calls it. */
  readonly ansatz: string;
  readonly count: number;
  readonly qubits: number;
  readonly layers: number;
  readonly batch: number;
}

const group = (ansatz: string, count: number, qubits: number, batch: number): Work => ({
  ...{ ansatz, count, qubits, batch },
  layers: ansatz === "iqp" ? IQP_LAYERS : LAYERS,
});
/** Groups that the papers train, and the batches that they train with. */
const GROUPS = [
  group("mosaiq", 8, 5, 8),
  group("mosaiq", 8, 5, 32),
  group("mosaiq", 10, 10, 8),
  group("mosaiq", 10, 10, 32),
  group("hybridq", 10, 10, 8),
  group("hybridq", 10, 10, 32),
];
const OTHERS = ["strongly-entangling-layers", "iqp", "brickwork"].flatMap((ansatz) =>
  [8, 10, 12].map((qubits) => group(ansatz, 1, qubits, 8)),
);
const FORWARD = [16, 20].flatMap((qubits) => ["mosaiq", "hybridq"].map((ansatz) => group(ansatz, 1, qubits, 1)));

const OWN: Readonly<Record<string, Ansatz>> = { mosaiq: ownMosaiq, hybridq: ownHybridq, brickwork };

const nameOf = ({ ansatz, count, qubits, layers, batch }: Work) =>
  `${ansatz} ${count}×${qubits} qubits, ${layers} layers, batch ${batch}`;

function circuitOf({ ansatz, qubits, layers }: Work, own: boolean): Circuit {
  if (ansatz === "iqp") return iqpCircuit({ qubits, layers });
  const chosen = own || ansatz === "brickwork" ? OWN[ansatz] : ansatz;
  const embedding = ansatz === "strongly-entangling-layers" ? { embedding: "angle-ry" } : {};
  return buildCircuit(chosen, { numQubits: qubits, numLayers: layers, ...embedding });
}

function createStep(work: Work, { own = false, threads = 1 } = {}) {
  const { count, batch } = work;
  const circuits = compileGroup(circuitOf(work, own), { count, sharedInputs: true, threads });
  const rng = createRng(0);
  const inputs = rng.fillUniform(new Float32Array(batch * circuits.numInputs), 0, Math.PI / 2);
  const weights = rng.fillUniform(new Float32Array(circuits.numWeights), -Math.PI, Math.PI);
  const cotangent = rng.fillNormal(new Float32Array(batch * circuits.numOutputs));
  return { circuits, inputs, weights, cotangent };
}

/** Long enough for the engine to have compiled what runs often; the peers' compilers are not timed either. */
const WARM_UP_MS = 400;

/** A case that runs synchronously. */
type TimedCase = BenchCase & { readonly run: () => void };

/** The case, after it has run for a while. */
function warmed(one: TimedCase): BenchCase {
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) one.run();
  return one;
}

/** Forward and gradients of weights and inputs, as a training step calls them, on one core. */
function stepCase(work: Work): TimedCase {
  const { circuits, inputs, weights, cotangent } = createStep(work);
  return {
    name: nameOf(work),
    backend: circuits.path,
    peerArguments: { work: "quantum-step", ...work },
    run: () => {
      circuits.record({ inputs, weights }).vjp(cotangent);
    },
  };
}

/** The same, written as a user's own ansatz; no peers, as the circuit is the same. */
function ownCase(work: Work): TimedCase {
  const { circuits, inputs, weights, cotangent } = createStep(work, { own: true });
  return {
    name: `${nameOf(work)}, as a user's own ansatz`,
    backend: circuits.path,
    run: () => {
      circuits.record({ inputs, weights }).vjp(cotangent);
    },
  };
}

/** Expectation values of one circuit. */
function forwardCase(work: Work): TimedCase {
  const { circuits, inputs, weights } = createStep(work);
  return {
    name: `${nameOf(work)}, forward`,
    backend: circuits.path,
    peerArguments: { work: "quantum-forward", ...work },
    run: () => {
      circuits.run({ inputs, weights });
    },
  };
}

/** Compiling and the first run: tables, kernels and states are made then. */
function compileCase(work: Work): BenchCase {
  const circuit = circuitOf(work, false);
  const rng = createRng(0);
  const inputs = rng.fillUniform(new Float32Array(2 * circuit.numInputs), 0, 1);
  const weights = rng.fillUniform(new Float32Array(circuit.numWeights), -1, 1);
  return {
    name: `${nameOf({ ...work, batch: 2 })}, compile and first run`,
    backend: "program",
    run: () => {
      const executable: Executable = compileGroup(circuit, { count: 1 });
      executable.run({ inputs, weights });
      executable.close();
    },
  };
}

/** One thread and two in turn are two cases: their wall times are to be compared. */
function threadCase(work: Work, threads: number): TimedCase {
  const { circuits, inputs, weights, cotangent } = createStep(work, { threads });
  return {
    name: `${nameOf(work)}, ${threads} thread${threads === 1 ? "" : "s"}`,
    backend: circuits.path,
    run: () => {
      circuits.vjp({ inputs, weights, cotangent });
    },
    dispose: () => circuits.close(),
  };
}

/** The same through `quantumLayer`, tensors on tfjs's wasm backend. */
function layerCase(work: Work): BenchCase {
  const { circuits, inputs, weights, cotangent } = createStep(work);
  const layer = quantumLayer(circuits);
  const gradient = tf.grads((x, w) => layer(x as tf.Tensor2D, w));
  return {
    name: `${nameOf(work)}, as a tf layer`,
    backend: "wasm",
    async run() {
      await ready({ backend: "wasm" });
      tf.tidy(() => {
        const x = tf.tensor2d(inputs, [work.batch, circuits.numInputs]);
        gradient([x, tf.tensor1d(weights)], tf.tensor2d(cotangent, [work.batch, circuits.numOutputs]));
      });
    },
  };
}

export const quantum: BenchSuite = {
  name: "quantum",
  cases: () => [
    ...GROUPS.map((work) => warmed(stepCase(work))),
    ...GROUPS.map((work) => warmed(ownCase(work))),
    layerCase(GROUPS[2]),
    layerCase(GROUPS[4]),
    layerCase(GROUPS[5]),
    ...OTHERS.map((work) => warmed(stepCase(work))),
    ...FORWARD.map((work) => warmed(forwardCase(work))),
    ...[GROUPS[2], GROUPS[4]].flatMap((work) => [1, 2].map((threads) => warmed(threadCase(work, threads)))),
    ...OTHERS.filter(({ qubits }) => qubits === 12).map(compileCase),
    ...noiseCases(),
  ],
  peers: [
    { name: "aer", script: "quantum_aer.py" },
    { name: "tensorcircuit", script: "quantum_tensorcircuit.py" },
    { name: "pennylane", script: "quantum_pennylane.py" },
    { name: "qsim", script: "quantum_qsim.py" },
  ],
};
