import { matrix } from "../../complex-matrix.ts";
import { CNOT, CRX, CZ, H, IsingXX, RX, RY, RZ, Toffoli } from "../../gates/index.ts";
import { krausChannel, kronecker, pauliChannel } from "../channel.ts";
import {
  amplitudeDamping,
  bitFlip,
  depolarizing,
  generalizedAmplitudeDamping,
  phaseDamping,
  phaseFlip,
  thermalRelaxation,
} from "../channels.ts";
import { createNoisyCircuit } from "../noisy-circuit.ts";
import { readoutError } from "../readout.ts";

const damped = (gamma: number) => [matrix([1, 0, 0, Math.sqrt(1 - gamma)]), matrix([0, Math.sqrt(gamma), 0, 0])];
/** Damping of the first wire, on two wires at once. */
const onPair = krausChannel(
  "onPair",
  damped(0.4).map((K) => kronecker(K, matrix([1, 0, 0, 1]))),
);
/** A mixture of unitaries that are no products. */
const entangling = krausChannel("entangling", [
  kronecker(matrix([Math.sqrt(0.7), 0, 0, Math.sqrt(0.7)]), matrix([1, 0, 0, 1])),
  { ...CNOT.matrix([]), re: CNOT.matrix([]).re.map((x) => Math.sqrt(0.3) * x) },
]);

/** Three qubits, one input, six weights; shared weights, scales, gates and channels on one to three wires, errors of the readout. */
export const everyChannel = createNoisyCircuit({
  name: "every-channel",
  numQubits: 3,
  operations: [
    RY.on([0], { input: 0 }),
    H.on([1]),
    amplitudeDamping(0.2).on([0]),
    RX.on([0], { weight: 0 }),
    depolarizing(0.1).on([0]),
    RZ.on([1], { weight: 1 }),
    CNOT.on([0, 1]),
    depolarizing(0.2, 2).on([0, 1]),
    thermalRelaxation({ t1: 100, t2: 120, time: 30, excited: 0.1 }).on([1]),
    RY.on([1], { weight: 2, scale: 2 }),
    CZ.on([1, 2]),
    RY.on([2], { weight: 3 }),
    CRX.on([2, 0], { weight: 4 }),
    onPair.on([0, 2]),
    IsingXX.on([0, 1], { weight: 5 }),
    phaseDamping(0.3).on([2]),
    entangling.on([2, 0]),
    bitFlip(0.1).on([0]),
    phaseFlip(0.1).on([1]),
    pauliChannel({ XX: 0.05, ZY: 0.1 }).on([2, 1]),
    Toffoli.on([2, 1, 0]),
    generalizedAmplitudeDamping(0.3, 0.4).on([1]),
    amplitudeDamping(1).on([2]),
    RX.on([1], { weight: 0 }),
    RY.on([2], { weight: 1, shift: 0.3 }),
  ],
  observables: ["Z0", "X1", "Y0 Z2", "Z1 Z2"],
  readout: [readoutError(0.02, 0.07), undefined, readoutError(0.1)],
});

export const everyChannelInputs = [0.7];
export const everyChannelWeights = [0.3, -1.1, 0.8, 2.1, -0.4, 0.9];
