// A user's program against the packed packages: touches each of them, with types checked strictly.
import { createPipeline } from "ada-augment";
import { symmetricEigen } from "array-kernels";
import { evaluateClassifier } from "classifier-eval";
import { drawSkinLesions, openDatasetZip, writeDatasetZip } from "dataset-zip";
import { frechetDistanceFromFeatures } from "fid-metrics";
import { trainGan } from "qgan-core";
import { runDemo } from "qgan-lab";
import { buildCircuit, compile } from "quantum-sim";
import { quantumLayer } from "quantum-sim/tfjs";
import { createRng } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { ready } from "tfjs-train";

const { backend } = await ready({ backend: "wasm" });
const rng = createRng(1);
const circuit = buildCircuit("hybridq", { numQubits: 3, numLayers: 2, embedding: "angle-ry" });
const executable = compile(circuit);
const weights = rng.fillUniform(new Float64Array(executable.numWeights), 0, Math.PI);
const outputs = executable.run({ inputs: new Float64Array(executable.numInputs), weights, batch: 1 });
const zip = await openDatasetZip(await writeDatasetZip(drawSkinLesions({ count: 4, size: 16, seed: 1 })));
const { values } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
const features = { count: 8, dimension: 2, data: rng.fillNormal(new Float64Array(16)) };
const distance: number = frechetDistanceFromFeatures(features, features);
const pieces = [createPipeline, evaluateClassifier, trainGan, runDemo, quantumLayer, writeFileAtomic].every((piece) => typeof piece === "function");
if (outputs.length !== 3 || zip.count !== 4 || Math.abs(values[1] - 3) > 1e-12 || Math.abs(distance) > 1e-6 || !pieces) throw new Error("a package gave a wrong answer");
console.log(`consumer: all packages answer (${backend})`);
