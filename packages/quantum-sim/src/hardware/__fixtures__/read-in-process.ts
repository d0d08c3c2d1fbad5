// Reads one circuit on a job device and prints the outputs. Arguments: address of the service, file of the jobs.
import { argv } from "node:process";
import { buildCircuit } from "../../build-circuit.ts";
import { measureOnDevice } from "../device-runner.ts";
import { createJobDevice } from "../job-device.ts";
import { createHttpJobService } from "../job-service.ts";
import { jobFile } from "../job-store.ts";

const [url, path] = argv.slice(2);
const circuit = buildCircuit("mosaiq", { numQubits: 2, numLayers: 1 });
const service = createHttpJobService({ url });
const device = createJobDevice({ name: "loop", service, store: jobFile(path), pollMs: 50, maxPollMs: 50 });
const outputs = await measureOnDevice(device, circuit, { inputs: [0.1, 0.2], weights: [1, 2], shots: 500 });
console.log(JSON.stringify([...outputs]));
