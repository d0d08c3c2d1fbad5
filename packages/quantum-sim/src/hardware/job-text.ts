import { writeQasm } from "../qasm/write-qasm.ts";
import type { Device, DeviceTask } from "./device.ts";
import { transpile } from "./transpile.ts";

/**
 * A task as OpenQASM that measures wire k into bit k; on a device with a coupling map it is transpiled and names physical qubits.
 *
 * @throws UsageError as `transpile` and `writeQasm`.
 */
export function taskText(
  { circuit, inputs = [], weights = [] }: DeviceTask,
  device: Pick<Device, "target">,
  version: 2 | 3,
): string {
  const { target } = device;
  if (!target) return writeQasm(circuit, { version, inputs, weights });
  const { circuit: native, physicalQubits, final } = transpile(circuit, { target, inputs, weights });
  return writeQasm(native, { version, measure: final, register: { size: target.numQubits, qubits: physicalQubits } });
}
