export { type Angle, type InputRef, scaled, shifted, type WeightRef } from "./angle.ts";
export type { AngleSource, Ansatz, AnsatzSize, WeightIndexer } from "./ansatz.ts";
export {
  ansatze,
  basicEntanglerLayers,
  basicEntanglerWith,
  hybridq,
  mosaiq,
  type RotationLayersOptions,
  rotationLayers,
  stronglyEntanglingLayers,
  stronglyEntanglingWith,
} from "./ansatze/index.ts";
export { type BuildCircuitOptions, buildCircuit } from "./build-circuit.ts";
export { type Circuit, type CreateCircuitOptions, createCircuit } from "./circuit.ts";
export { type CompileGroupOptions, type CompileOptions, compile, compileGroup } from "./compile.ts";
export type { ComplexMatrix } from "./complex-matrix.ts";
export type { DiagramOptions } from "./draw/circuit-diagram.ts";
export { drawCircuit } from "./draw/draw-circuit.ts";
export { drawCircuitSvg } from "./draw/draw-circuit-svg.ts";
export type { Embedding } from "./embedding.ts";
export { angleEmbedding, embeddings, noEmbedding, type RotationName } from "./embeddings/index.ts";
export type { Executable, FloatArray, Gradients, Path, Precision, Recording, RunOptions, VjpOptions } from "./executable.ts";
export {
  defineControlled,
  defineFixedGate,
  defineGate,
  defineRotation,
  type Gate,
  type GateSpec,
  type Operation,
} from "./gate.ts";
export {
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
  gates,
  H,
  I,
  ISWAP,
  IsingXX,
  IsingXY,
  IsingYY,
  IsingZZ,
  PhaseShift,
  Rot,
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
} from "./gates/index.ts";
export { type Observable, type Pauli, pauliOnEach, pauliWord } from "./observable.ts";
export { explain, type ProgramOutline, type ProgramStep, programOutline } from "./program/explain.ts";
export { probabilities, type SimulateOptions, simulate } from "./simulate.ts";
export type { Statevector } from "./statevector.ts";
export { checkAnsatz, checkCircuitGradients, checkEmbedding, checkGate } from "./testing.ts";
