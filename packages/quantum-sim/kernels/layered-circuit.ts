// flags: --enable relaxed-simd
// Batched statevector of a layered circuit, forward and backward. The method is derived in ../src/kernel.md.
import { cotangentX, cotangentZ, loadCotangent, measureX, measureZ } from "./_measurement";
import { addOverlaps } from "./_overlaps";
import { Plan, stateBytes } from "./_plan";
import { buildProduct, contractProduct, loadQubits } from "./_product-state";
import { applyRotations } from "./_rotations";
import { applyTransition, applyTransitionBack, buildFactors, factorBytes } from "./_transitions";
import { samplesPerVector } from "./_vector";

/** Bits of `mode`. */
const FORWARD = 1;
const BACKWARD = 2;

/** Where things lie in the work space and the arena; ../src/layered-memory.ts must agree with this. */
// @ts-ignore: decorator
@inline function qubitFactors(plan: Plan): usize { return plan.work; }
// @ts-ignore: decorator
@inline function cotangentVectors(plan: Plan): usize { return plan.work + 64 * <usize>plan.qubits; }
/** Four states of work space. */
// @ts-ignore: decorator
@inline function states(plan: Plan): usize { return plan.work + 80 * <usize>plan.qubits + 48; }
/** In the arena: factors, then checkpoints. */
// @ts-ignore: decorator
@inline function factorsOf<T>(plan: Plan, circuit: i32, layer: i32): usize {
  const slot = <usize>((plan.isRetained ? circuit : 0) * plan.layers + layer - 1);
  return plan.arena + slot * factorBytes<T>(plan.qubits);
}
// @ts-ignore: decorator
@inline function numTiles<T>(plan: Plan): i32 { return (plan.batch + samplesPerVector<T>() - 1) / samplesPerVector<T>(); }
function checkpointsOf<T>(plan: Plan, circuit: i32, tile: i32): usize {
  const factors = plan.isComplex ? <usize>((plan.isRetained ? plan.circuits : 1) * plan.layers) * factorBytes<T>(plan.qubits) : 0;
  const slot = <usize>(plan.isRetained ? (circuit * numTiles<T>(plan) + tile) * plan.layers : 0);
  return plan.arena + factors + slot * stateBytes(plan);
}

/** The states after each layer's Ry, without their scales, at the checkpoints; then the outputs. */
function forward<T>(plan: Plan, circuit: i32, tile: i32): void {
  const L = plan.layers, bytes = stateBytes(plan), scratch = states(plan) + 2 * bytes;
  const firstSample = tile * samplesPerVector<T>();
  let state = checkpointsOf<T>(plan, circuit, tile);
  loadQubits<T>(plan, circuit, firstSample, qubitFactors(plan));
  buildProduct<T>(state, qubitFactors(plan), 0, plan.qubits);
  for (let layer = 1; layer < L; layer++) {
    const row = <usize>(circuit * L + layer);
    // Scattered writes go to a state that is in the cache; the rotations then write the checkpoint in order.
    applyTransition<T>(plan, circuit, layer, state, scratch, factorsOf<T>(plan, circuit, layer));
    state += bytes;
    applyRotations<T>(scratch, state, plan.qubits, plan.shears + row * <usize>plan.qubits * sizeof<T>(), load<i32>(plan.forms + (row << 2)), <T>1);
  }
  if (plan.measuresX) {
    applyTransition<T>(plan, circuit, L, state, scratch, factorsOf<T>(plan, circuit, L));
    measureX<T>(plan, circuit, firstSample, scratch);
  } else {
    const scale = load<T>(plan.scales + <usize>(circuit * L + L - 1) * sizeof<T>());
    measureZ<T>(plan, circuit, firstSample, state, <T>(scale * scale), scratch);
  }
}

/** Overlaps of each layer, and the contractions of the product state, from the checkpoints of `forward`. */
function backward<T>(plan: Plan, circuit: i32, tile: i32): void {
  const n = plan.qubits, L = plan.layers, bytes = stateBytes(plan);
  const firstSample = tile * samplesPerVector<T>();
  let bra = states(plan), spare = bra + bytes;
  const scratch = spare + bytes;
  const first = checkpointsOf<T>(plan, circuit, tile), last = first + <usize>(L - 1) * bytes;
  loadCotangent<T>(plan, circuit, firstSample, cotangentVectors(plan));
  // The true cotangent state is `braScale` times what is stored, as the true state is scales[layer] times its checkpoint.
  let braScale: T;
  const lastScale = load<T>(plan.scales + <usize>(circuit * L + L - 1) * sizeof<T>());
  if (plan.measuresX) {
    const factors = factorsOf<T>(plan, circuit, L);
    applyTransition<T>(plan, circuit, L, last, scratch, factors);
    cotangentX<T>(plan, scratch, spare, cotangentVectors(plan));
    applyTransitionBack<T>(plan, circuit, L, spare, bra, factors);
    braScale = <T>(<T>1 / lastScale); // the factors hold the scale of the last layer, which its adjoint does not
  } else {
    cotangentZ<T>(plan, last, bra, cotangentVectors(plan), scratch);
    braScale = lastScale;
  }
  for (let layer = L - 1; layer >= 1; layer--) {
    const row = <usize>(circuit * L + layer);
    const scale = load<T>(plan.scales + row * sizeof<T>()), forms = load<i32>(plan.forms + (row << 2));
    const overlaps = plan.overlaps + row * <usize>n * 3 * sizeof<T>();
    addOverlaps<T>(bra, first + <usize>layer * bytes, n, plan.isComplex != 0, load<i32>(plan.masksX + (<usize>layer << 2)), <T>(braScale * scale), overlaps, scratch);
    applyRotations<T>(bra, bra, n, plan.shears + row * <usize>n * sizeof<T>(), forms, <T>-1);
    applyTransitionBack<T>(plan, circuit, layer, bra, spare, factorsOf<T>(plan, circuit, layer));
    const moved = bra;
    bra = spare;
    spare = moved;
    const backScale: T = popcnt<i32>(forms) & 1 ? -scale : scale;
    braScale = <T>((braScale * backScale) / load<T>(plan.scales + (row - 1) * sizeof<T>()));
  }
  loadQubits<T>(plan, circuit, firstSample, qubitFactors(plan));
  contractProduct<T>(plan, circuit, firstSample, bra, qubitFactors(plan), braScale, scratch);
}

function runAll<T>(plan: Plan, mode: i32): void {
  if (mode == BACKWARD) {
    // In reverse order: the checkpoints that were written last are still in the cache.
    for (let circuit = plan.endCircuit - 1; circuit >= plan.firstCircuit; circuit--) {
      for (let tile = plan.endTile - 1; tile >= plan.firstTile; tile--) backward<T>(plan, circuit, tile);
    }
    return;
  }
  for (let circuit = plan.firstCircuit; circuit < plan.endCircuit; circuit++) {
    if (plan.isComplex) {
      const lastLayer = plan.measuresX ? plan.layers : plan.layers - 1;
      for (let layer = 1; layer <= lastLayer; layer++) {
        buildFactors<T>(plan, circuit, layer, factorsOf<T>(plan, circuit, layer), states(plan));
      }
    }
    for (let tile = plan.firstTile; tile < plan.endTile; tile++) {
      forward<T>(plan, circuit, tile);
      if (mode & BACKWARD) backward<T>(plan, circuit, tile);
    }
  }
}

/** mode 1: outputs; 2: gradients from retained checkpoints; 3: both, one sample after the other. */
export function run32(plan: usize, mode: i32): void { runAll<f32>(changetype<Plan>(plan), mode); }
export function run64(plan: usize, mode: i32): void { runAll<f64>(changetype<Plan>(plan), mode); }

/** First address that is free for the host. */
export function heapBase(): usize { return (__heap_base + 63) & ~63; }
