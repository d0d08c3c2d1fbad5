import { expect } from "repro-kit";
import { decomposeGate } from "../decompose/decompose-gate.ts";
import { isChannel, type NoisyOperation } from "./noisy-circuit.ts";

/** Most wires of a gate or channel that is applied as a matrix. */
export const MAX_GATE_WIRES = 3;

/**
 * The steps with every gate on more than three wires replaced by its decomposition.
 *
 * @throws UsageError for a gate that has none, or a channel on more wires.
 */
export function simulableSteps(steps: readonly NoisyOperation[]): NoisyOperation[] {
  return steps.flatMap((step): readonly NoisyOperation[] => {
    const { wires } = step;
    if (wires.length <= MAX_GATE_WIRES) return [step];
    const where = `on [${wires.join(", ")}] acts on ${wires.length} wires; with noise at most ${MAX_GATE_WIRES}.`;
    if (isChannel(step)) {
      expect(false, step.channel.name, `${where} Write it as channels on fewer wires.`);
      return [];
    }
    const parts = decomposeGate(step);
    expect(parts, step.gate.name, `${where} Write it as gates on fewer wires.`);
    return simulableSteps(parts);
  });
}
