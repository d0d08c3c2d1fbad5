import { createModel, type GanTraining, trainGan } from "qgan-core";
import { buildCircuit, compileGroup } from "quantum-sim";
import { createRng } from "repro-kit";
import { type BackendName, ready } from "tfjs-train";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";

const BATCH = 32;
const SHAPE = [64, 64, 3] as const;

/** The steps that the issue sets figures for; DCGAN for comparison. */
const STEPS: readonly { name: string; model: string; options: object }[] = [
  { name: "hybridq step, images judged, 64×64, batch 32", model: "hybridq", options: { latentFusion: "image" } },
  { name: "hybridq step, latents judged, 64×64, batch 32", model: "hybridq", options: {} },
  { name: "dcgan step, 64×64, batch 32", model: "dcgan", options: {} },
];

/** Pixels that stay: reading data is no part of these figures. */
function createBatches() {
  const pixels = Uint8Array.from({ length: BATCH * 64 * 64 * 3 }, (_, i) => (i * 7919) % 256);
  return { batchSize: BATCH, imageShape: SHAPE, next: async () => pixels, state: () => null, restore() {} };
}

function stepCase(backend: BackendName, { name, model, options }: (typeof STEPS)[number]): BenchCase {
  let training: GanTraining | undefined;
  return {
    name,
    backend,
    async run() {
      await ready({ backend });
      training ??= trainGan({ model: createModel(model, { options }), data: createBatches() });
      for await (const _ of training) break; // one step
    },
    dispose() {
      training?.dispose();
      training = undefined;
    },
  };
}

/** What the circuits take of a step: forward for the discriminator; forward and gradient for the generator. */
function quantumCase(): BenchCase {
  const circuit = buildCircuit("hybridq", { numQubits: 10, numLayers: 6, embedding: "angle-ry", measure: "Z" });
  const circuits = compileGroup(circuit, { count: 10 });
  const rng = createRng(0);
  const call = {
    inputs: rng.fork("inputs").fillUniform(new Float32Array(BATCH * circuits.numInputs), 0, Math.PI),
    weights: rng.fork("weights").fillUniform(new Float32Array(circuits.numWeights), 0, 2 * Math.PI),
    batch: BATCH,
  };
  const cotangent = rng.fork("cotangent").fillNormal(new Float32Array(BATCH * circuits.numOutputs));
  return {
    name: "hybridq step, the circuits' part, 10 × 10 qubits, batch 32",
    backend: `quantum-sim ${circuits.path}`,
    run() {
      circuits.run(call);
      circuits.record(call).vjp(cotangent);
    },
  };
}

/** Backends of this machine that are fast enough to train on. */
async function trainingBackends(): Promise<BackendName[]> {
  const found: BackendName[] = [];
  for (const backend of ["wasm", "tensorflow"] as const) {
    const isThere = await ready({ backend }).then(
      () => true,
      () => false, // not installed: the suite tells of what there is
    );
    if (isThere) found.push(backend);
  }
  return found;
}

export const qganCoreSuite: BenchSuite = {
  name: "qgan-core",
  cases: async () => [
    quantumCase(),
    ...(await trainingBackends()).flatMap((backend) => STEPS.map((step) => stepCase(backend, step))),
  ],
  peers: [],
};
