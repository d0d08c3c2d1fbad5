import { type Angle, scaled } from "../angle.ts";
import type { Gate, Operation } from "../gate.ts";
import {
  CCZ,
  CH,
  CNOT,
  ControlledPhaseShift,
  CRX,
  CRY,
  CRZ,
  CSWAP,
  CY,
  CZ,
  control,
  ECR,
  H,
  I,
  ISWAP,
  IsingXX,
  IsingYY,
  IsingZZ,
  PhaseShift,
  RX,
  RY,
  RZ,
  S,
  Sdg,
  SWAP,
  SX,
  SXdg,
  T,
  Tdg,
  Toffoli,
  U1,
  U2,
  U3,
  X,
  Y,
  Z,
} from "../gates/index.ts";

/** Gates of qelib1.inc in the paper of OpenQASM 2, with wires and angles in its order. */
const IN_BOTH: readonly (readonly [string, Gate])[] = [
  ["id", I],
  ["x", X],
  ["y", Y],
  ["z", Z],
  ["h", H],
  ["s", S],
  ["sdg", Sdg],
  ["t", T],
  ["tdg", Tdg],
  ["rx", RX],
  ["ry", RY],
  ["rz", RZ],
  ["u1", U1],
  ["u2", U2],
  ["u3", U3],
  ["cx", CNOT],
  ["cy", CY],
  ["cz", CZ],
  ["ch", CH],
  ["crz", CRZ],
  ["ccx", Toffoli],
];

/** Those that stdgates.inc of OpenQASM 3 and later versions of qelib1.inc have too, with a definition for where it is missing. */
const IN_VERSION_3: readonly (readonly [string, Gate, string])[] = [
  ["p", PhaseShift, "gate p(theta) a { u1(theta) a; }"],
  ["sx", SX, "gate sx a { sdg a; h a; sdg a; }"],
  ["swap", SWAP, "gate swap a, b { cx a, b; cx b, a; cx a, b; }"],
  ["cswap", CSWAP, "gate cswap a, b, c { cx c, b; ccx a, b, c; cx c, b; }"],
  ["crx", CRX, "gate crx(theta) a, b { h b; crz(theta) a, b; h b; }"],
  ["cry", CRY, "gate cry(theta) a, b { ry(theta/2) b; cx a, b; ry(-theta/2) b; cx a, b; }"],
  ["cp", ControlledPhaseShift, "gate cp(theta) a, b { cu1(theta) a, b; }"],
];

/** Those that neither has, with a definition. */
const DEFINED: readonly (readonly [string, Gate, string])[] = [
  ["sxdg", SXdg, "gate sxdg a { s a; h a; s a; }"],
  ["ccz", CCZ, "gate ccz a, b, c { h c; ccx a, b, c; h c; }"],
  ["rxx", IsingXX, "gate rxx(theta) a, b { h a; h b; cx a, b; rz(theta) b; cx a, b; h a; h b; }"],
  ["ryy", IsingYY, "gate ryy(theta) a, b { rx(pi/2) a; rx(pi/2) b; cx a, b; rz(theta) b; cx a, b; rx(-pi/2) a; rx(-pi/2) b; }"],
  ["rzz", IsingZZ, "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }"],
  ["iswap", ISWAP, "gate iswap a, b { s a; s b; h a; cx a, b; cx b, a; h b; }"],
  ["ecr", ECR, "gate ecr a, b { s a; rx(pi/2) b; cx a, b; x a; }"],
];

/** What a gate is called, in a version that has it or with the definition that it lacks. */
export interface GateName {
  readonly name: string;
  readonly definition?: string;
}

const names = (isDefined: boolean): ReadonlyMap<Gate, GateName> =>
  new Map<Gate, GateName>([
    ...IN_BOTH.map(([name, gate]) => [gate, { name }] as const),
    ...IN_VERSION_3.map(([name, gate, definition]) => [gate, isDefined ? { name, definition } : { name }] as const),
    ...DEFINED.map(([name, gate, definition]) => [gate, { name, definition }] as const),
  ]);

/** Names by version. The definitions in version 2 build on the gates of the paper alone, so any reader knows them. */
export const gateNames = { 2: /* @__PURE__ */ names(true), 3: /* @__PURE__ */ names(false) } as const;

/** What a name of a library stands for. */
export interface StandardGate {
  readonly numWires: number;
  readonly numAngles: number;
  operations(wires: readonly number[], angles: readonly Angle[]): Operation[];
}

const direct = (gate: Gate): StandardGate => ({
  numWires: gate.numWires,
  numAngles: gate.numAngles,
  operations: (wires, angles) => [gate.on(wires, ...angles)],
});

/** U(θ, φ, λ) of qelib1.inc under a control: its phase e^{i(φ+λ)/2} becomes one of the control. */
const controlledU3 = direct(/* @__PURE__ */ control(U3));

/** The gates that a reader knows: those above and further ones of Qiskit's qelib1.inc. */
export const standardGates: ReadonlyMap<string, StandardGate> = /* @__PURE__ */ new Map<string, StandardGate>([
  ...[...IN_BOTH, ...IN_VERSION_3, ...DEFINED].map(([name, gate]) => [name, direct(gate)] as const),
  ["U", direct(U3)],
  ["u", direct(U3)],
  ["CX", direct(CNOT)],
  ["cnot", direct(CNOT)],
  ["cu1", direct(ControlledPhaseShift)],
  ["cu3", controlledU3],
  ["csx", direct(control(SX))],
  ["c3x", direct(control(X, 3))],
  ["c4x", direct(control(X, 4))],
  ["c3sqrtx", direct(control(SX, 3))],
  [
    "rccx",
    {
      numWires: 3,
      numAngles: 0,
      operations: ([a, b, c]) => [
        ...[H.on([c]), T.on([c]), CNOT.on([b, c]), Tdg.on([c]), CNOT.on([a, c])],
        ...[T.on([c]), CNOT.on([b, c]), Tdg.on([c]), H.on([c])],
      ],
    },
  ],
  [
    "rc3x",
    {
      numWires: 4,
      numAngles: 0,
      operations: ([a, b, c, d]) => [
        ...[
          H.on([d]),
          T.on([d]),
          CNOT.on([c, d]),
          Tdg.on([d]),
          H.on([d]),
          CNOT.on([a, d]),
          T.on([d]),
          CNOT.on([b, d]),
          Tdg.on([d]),
        ],
        ...[
          CNOT.on([a, d]),
          T.on([d]),
          CNOT.on([b, d]),
          Tdg.on([d]),
          H.on([d]),
          T.on([d]),
          CNOT.on([c, d]),
          Tdg.on([d]),
          H.on([d]),
        ],
      ],
    },
  ],
  ["u0", { numWires: 1, numAngles: 1, operations: ([wire]) => [I.on([wire])] }],
  [
    "cu",
    {
      numWires: 2,
      numAngles: 4,
      operations: ([c, t], [theta, phi, lambda, gamma]) => [
        PhaseShift.on([c], scaled(gamma, 1)),
        ...controlledU3.operations([c, t], [theta, phi, lambda]),
      ],
    },
  ],
]);
