/** Contract checks: what every gate, embedding, ansatz and circuit must satisfy. They throw, so any test runner can call them. */
export { checkAnsatz } from "./contracts/check-ansatz.ts";
export { checkCircuitGradients } from "./contracts/check-circuit-gradients.ts";
export { type CheckDeviceOptions, checkDevice } from "./contracts/check-device.ts";
export { checkEmbedding } from "./contracts/check-embedding.ts";
export { checkGate } from "./contracts/check-gate.ts";
