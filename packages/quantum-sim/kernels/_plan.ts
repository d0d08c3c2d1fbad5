// What the host hands over: a record of sizes and addresses, all 32-bit. `src/layered-memory.ts` writes it in this order.
// S circuits, B samples, n qubits, L layers, N = 2^n amplitudes; arrays are row-major.

@unmanaged
export class Plan {
  /** S. */
  circuits: i32;
  /** B. */
  batch: i32;
  /** n. */
  qubits: i32;
  /** L. */
  layers: i32;
  /** 1 if phases occur after the first layer, so that states pass from layer to layer by complex factors; 0 if by signs. */
  isComplex: i32;
  /** 1 if ⟨X⟩ is measured on each qubit, 0 if ⟨Z⟩. */
  measuresX: i32;
  /** 1 if checkpoints and factors of every circuit and sample have their own place, so that `backward` can follow later. */
  isRetained: i32;
  /** T [B][S][n][4]: (re, im) of the two amplitudes of each qubit after the first layer's rotations. */
  amplitudes: usize;
  /** T [S][L][n]: the shear k of each Ry, see _rotations.ts; row 0 is not used. */
  shears: usize;
  /** i32 [S][L]: bit b is set if the Ry of index bit b has the sine form. */
  forms: usize;
  /** T [S][L]: the product of the scales of a layer's shears; 1 in row 0. */
  scales: usize;
  /** T [S][L][n][2]: e^{iα} of each qubit, the phase after the layer's Ry. */
  phasesAfter: usize;
  /** T [S][L + 1][n][2]: e^{iγ} of each qubit, the phase before the layer's Ry; row L comes before the measurement. */
  phasesBefore: usize;
  /** i32 [L]: which permutation and signs follow each layer. */
  entanglers: usize;
  /** u32 [·][N]: the amplitude at x moves to this byte offset. */
  permutations: usize;
  /** T [·][N]: and takes this sign, ±1. */
  signs: usize;
  /** i32 [·]: 0 if the permutation leaves every amplitude in its place. */
  moves: usize;
  /** T [B][S][n]: ∂loss/∂output. */
  cotangent: usize;
  /** T [B][S][n]: written by `forward`. */
  outputs: usize;
  /** T [B][S][n][4]: Λ of each qubit, see _product-state.ts; written by `backward`. */
  contractions: usize;
  /** T [S][L][n][3]: Pauli overlaps after each layer's Ry, summed over the batch; added to by `backward`; row 0 is not used. */
  overlaps: usize;
  /** Factors and checkpoints; `src/layered-memory.ts` says how much. */
  arena: usize;
  /** Work space of one thread. */
  work: usize;
  /** The circuits and tiles that this plan runs: each thread has a plan of its own. */
  firstCircuit: i32;
  endCircuit: i32;
  firstTile: i32;
  endTile: i32;
  /** i32 [L]: index bits whose turns need overlaps about X, see kernel.md. */
  masksX: usize;
}

/** Bytes of one batched state: N vectors. */
// @ts-ignore: decorator
@inline export function stateBytes(plan: Plan): usize { return <usize>16 << plan.qubits; }

// @ts-ignore: decorator
@inline function entanglerAfter(plan: Plan, layer: i32): usize { return <usize>load<i32>(plan.entanglers + (<usize>layer << 2)); }
/** Where the entangler after a layer sends each amplitude: u32 [N], byte offsets. */
// @ts-ignore: decorator
@inline export function permutationAfter(plan: Plan, layer: i32): usize {
  return plan.permutations + ((entanglerAfter(plan, layer) << 2) << plan.qubits);
}
/** And its signs: T [N]. */
// @ts-ignore: decorator
@inline export function signsAfter<T>(plan: Plan, layer: i32): usize {
  return plan.signs + ((entanglerAfter(plan, layer) * sizeof<T>()) << plan.qubits);
}
// @ts-ignore: decorator
@inline export function movesAfter(plan: Plan, layer: i32): bool { return load<i32>(plan.moves + (entanglerAfter(plan, layer) << 2)) != 0; }
