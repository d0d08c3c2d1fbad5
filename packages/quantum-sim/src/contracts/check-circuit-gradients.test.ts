import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { defineGate } from "../gate.ts";
import { CRX, RX } from "../gates/index.ts";
import { checkCircuitGradients } from "./check-circuit-gradients.ts";

test("a circuit with a gate whose derivative is wrong is caught, and the weight named", () => {
  const wrong = defineGate({ ...CRX, derivative: ([theta]) => CRX.derivative([theta + 0.1], 0) });
  const circuit = createCircuit({ name: "wrong", numQubits: 2, operations: [RX.on([0], 1), wrong.on([0, 1], { weight: 0 })] });
  expect(() => checkCircuitGradients(circuit)).toThrow("[wrong] gradient of weight 0 is");
});
