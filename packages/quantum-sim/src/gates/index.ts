import { createRegistry, type Registry } from "repro-kit";
import type { Gate } from "../gate.ts";
import { adjoint, adjointOperations } from "./adjoint.ts";
import { control } from "./control.ts";
import { CCZ, CH, CNOT, ControlledPhaseShift, CRot, CRX, CRY, CRZ, CSWAP, CY, CZ, Toffoli } from "./controlled.ts";
import { U1, U2, U3 } from "./euler.ts";
import { H, S, Sdg, SX, SXdg, T, Tdg } from "./fixed.ts";
import { IsingXX, IsingXY, IsingYY, IsingZZ } from "./ising.ts";
import { MultiRZ } from "./multi-rz.ts";
import { PauliRot } from "./pauli-rot.ts";
import { I, X, Y, Z } from "./paulis.ts";
import { productAngle } from "./product-angle.ts";
import { PhaseShift, Rot, RX, RY, RZ } from "./rotations.ts";
import { statePreparation } from "./state-preparation.ts";
import { ECR, ISWAP, SWAP } from "./swaps.ts";
import { type UnitaryEntries, unitary } from "./unitary.ts";

export {
  adjoint,
  adjointOperations,
  CCZ,
  CH,
  CNOT,
  ControlledPhaseShift,
  CRot,
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
  IsingXY,
  IsingYY,
  IsingZZ,
  MultiRZ,
  PauliRot,
  PhaseShift,
  productAngle,
  Rot,
  RX,
  RY,
  RZ,
  S,
  Sdg,
  SWAP,
  SX,
  SXdg,
  statePreparation,
  T,
  Tdg,
  Toffoli,
  U1,
  U2,
  U3,
  type UnitaryEntries,
  unitary,
  X,
  Y,
  Z,
};

/** Add a gate here: one import, one entry. Its contract test then runs by itself. */
export const gates: Registry<Gate> = /* @__PURE__ */ createRegistry<Gate>("gate", [
  I,
  X,
  Y,
  Z,
  H,
  S,
  Sdg,
  T,
  Tdg,
  SX,
  SXdg,
  RX,
  RY,
  RZ,
  Rot,
  PhaseShift,
  U1,
  U2,
  U3,
  CNOT,
  CY,
  CZ,
  CH,
  CRX,
  CRY,
  CRZ,
  CRot,
  ControlledPhaseShift,
  Toffoli,
  CCZ,
  CSWAP,
  SWAP,
  ISWAP,
  ECR,
  IsingXX,
  IsingYY,
  IsingZZ,
  IsingXY,
]);
