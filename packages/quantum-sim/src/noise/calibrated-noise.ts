import { checkOptions, expect, listKnown } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import { type Transpiled, transpile } from "../hardware/transpile.ts";
import { type Calibration, type GateCalibration, readCalibration } from "./calibration.ts";
import type { Channel, ChannelOperation } from "./channel.ts";
import { depolarizing, thermalRelaxation } from "./channels.ts";
import { applyNoise, type NoiseModel, type NoisyCircuit } from "./noisy-circuit.ts";

/** The noise of a calibrated device. */
export interface CalibratedNoise {
  readonly calibration: Calibration;
  /** The model of a circuit in the device's gates whose wire k is physical qubit `physicalQubits[k]`. */
  model(physicalQubits: readonly number[]): NoiseModel;
  /**
   * Transpiles to the device's gates and coupling map, then adds the noise of every gate and of the readout.
   *
   * @throws UsageError as `transpile`.
   */
  apply(circuit: Circuit, options?: ApplyCalibratedOptions): NoisyCircuit & { readonly transpiled: Transpiled };
}

/** How a circuit is brought to a device. */
export interface ApplyCalibratedOptions {
  /** Physical qubit of each wire; default: chosen by error. */
  readonly layout?: readonly number[];
  /** With both, angles become numbers and more gates fuse; without, they stay free and can be trained. */
  readonly inputs?: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
}

/** The calibration's names of the gates that transpiled circuits hold; SX† is SX between two RZ, which are free. */
const NATIVE: Readonly<Record<string, string>> = { SX: "sx", SXdg: "sx", X: "x", I: "id", CNOT: "cx", CZ: "cz", ECR: "ecr" };

/** Channels after a gate, each with the places of its wires among the gate's. */
type Placed = readonly { readonly channel: Channel; readonly places: readonly number[] }[];

/**
 * The noise of a device from its calibration, a file in the format of IBM's BackendProperties: after every gate as much depolarisation
 * as, with thermal relaxation of its qubits for its length, makes up its error, then that relaxation; RZ is free; readout by the
 * confusion of each qubit. What Qiskit's `NoiseModel.from_backend` does.
 *
 * @param json - The parsed file.
 * @throws UsageError that names the JSON path of what is missing or out of range.
 */
export function noiseModelFromCalibration(json: unknown): CalibratedNoise {
  const calibration = readCalibration(json);
  const { name, qubits: calibrated } = calibration;
  const known = new Map<string, { readonly gate: GateCalibration; readonly channels: Placed }>();
  for (const gate of calibration.gates)
    known.set(`${gate.gate} ${gate.qubits.join(",")}`, { gate, channels: channelsOf(gate, calibration) });

  const model = (physicalQubits: readonly number[]): NoiseModel => {
    for (const qubit of physicalQubits)
      expect(calibrated[qubit], name, `has qubits 0 to ${calibrated.length - 1}; got ${qubit} among physicalQubits.`);
    return {
      name,
      *after({ gate, wires }): Iterable<ChannelOperation> {
        if (gate.name === "RZ") return;
        const native = NATIVE[gate.name];
        expect(
          native,
          name,
          () => `has no gate ${gate.name}; ${listKnown(gate.name, Object.keys(NATIVE))} Transpile the circuit first.`,
        );
        const qubits = wires.map((wire) => physicalQubits[wire]);
        // CZ is symmetric: the file may name its qubits in the other order.
        const turned = native === "cz" ? known.get(`${native} ${[...qubits].reverse().join(",")}`) : undefined;
        const found = known.get(`${native} ${qubits.join(",")}`);
        const one = found ?? turned;
        expect(one, name, `has no gate "${native}" on [${qubits.join(", ")}]. Transpile the circuit for this device first.`);
        const ordered = found ? wires : [...wires].reverse();
        for (const { channel, places } of one.channels) yield channel.on(places.map((place) => ordered[place]));
      },
      readout: (wire) => calibrated[physicalQubits[wire]].readout,
    };
  };
  return {
    calibration,
    model,
    apply(circuit, options = {}) {
      checkOptions("apply", options, ["layout", "inputs", "weights"]);
      const transpiled = transpile(circuit, { target: calibration.target, ...options });
      return { ...applyNoise(transpiled.circuit, model(transpiled.physicalQubits)), transpiled };
    },
  };
}

/** Depolarisation, then relaxation of each qubit. */
function channelsOf({ qubits, error, length }: GateCalibration, calibration: Calibration): Placed {
  const times = qubits.map((qubit) => calibration.qubits[qubit]);
  const fidelity = times.reduce((product, { t1, t2 }) => product * relaxationFidelity(length, t1, t2), 1);
  const p = depolarisingRest(error, fidelity, qubits.length);
  return [
    ...(p > 0 ? [{ channel: depolarizing(p, qubits.length), places: qubits.map((_, k) => k) }] : []),
    ...(length > 0 ? times.map(({ t1, t2 }, k) => ({ channel: thermalRelaxation({ t1, t2, time: length }), places: [k] })) : []),
  ];
}

/** Process (entanglement) fidelity of thermal relaxation: (1 + e^{−t/T1} + 2 e^{−t/T2})/4. */
const relaxationFidelity = (time: number, t1: number, t2: number): number =>
  (1 + Math.exp(-time / t1) + 2 * Math.exp(-time / t2)) / 4;

/**
 * p of a depolarising channel that, with relaxation of process fidelity F, gives the average gate error e: with d = 2^numWires,
 * e = d(1 − F')/(d + 1), and F' = (1 − λ)F + λ/d² with λ = p·d²/(d² − 1). 0 where relaxation alone exceeds e.
 *
 * @see Nielsen 2002, arXiv:quant-ph/0205035 (average and entanglement fidelity)
 */
export function depolarisingRest(error: number, fidelity: number, numWires: number): number {
  const d = 2 ** numWires;
  const most = 1 - 1 / d ** 2;
  const wanted = 1 - (error * (d + 1)) / d;
  if (wanted >= fidelity) return 0;
  return Math.min(1, ((fidelity - wanted) / (fidelity - 1 / d ** 2)) * most);
}
