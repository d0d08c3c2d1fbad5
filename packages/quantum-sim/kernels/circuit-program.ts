// flags: --enable relaxed-simd
// What the compiled programs of ../src/program call: one export for each precision. `bits` counts the index bits of a state of vectors.
import { addDenseOverlaps as addDenseOverlapsOf, addPairOverlap as addPairOverlapOf, addWord as addWordOf, applyDense as applyDenseOf, expectWord as expectWordOf, rotatePairs as rotatePairsOf } from "./_blocks";
import { buildDiagonal as buildDiagonalOf, buildProductState as buildProductStateOf, multiplyGathered as multiplyGatheredOf, multiplyLanes as multiplyLanesOf, multiplyParity as multiplyParityOf, multiplySigns as multiplySignsOf, packFactors as packFactorsOf, signedSums as signedSumsOf } from "./_diagonals";
import { move as moveOf, moveBack as moveBackOf, scatter as scatterOf } from "./_moves";
import { addLaneOverlaps as addLaneOverlapsOf, addTurnOverlaps as addTurnOverlapsOf, foldBits as foldBitsOf, imaginaryProducts as imaginaryProductsOf, squares as squaresOf } from "./_strided-overlaps";
import { rotateBits as rotateBitsOf, rotateLanes as rotateLanesOf, walshTransform as walshTransformOf } from "./_strided-rotations";

export function rotateBits32(state: usize, bits: i32, mask: i32, kind: i32, sines: i32, coefficients: usize, sign: f32): void { rotateBitsOf<f32>(state, bits, mask, kind, sines, coefficients, sign); }
export function rotateBits64(state: usize, bits: i32, mask: i32, kind: i32, sines: i32, coefficients: usize, sign: f64): void { rotateBitsOf<f64>(state, bits, mask, kind, sines, coefficients, sign); }
export function walshTransform32(data: usize, bits: i32): void { walshTransformOf<f32>(data, bits); }
export function walshTransform64(data: usize, bits: i32): void { walshTransformOf<f64>(data, bits); }
export function addTurnOverlaps32(bra: usize, state: usize, bits: i32, mask: i32, isX: i32, factor: f32, out: usize): void { addTurnOverlapsOf<f32>(bra, state, bits, mask, isX, factor, out); }
export function addTurnOverlaps64(bra: usize, state: usize, bits: i32, mask: i32, isX: i32, factor: f64, out: usize): void { addTurnOverlapsOf<f64>(bra, state, bits, mask, isX, factor, out); }
export function imaginaryProducts32(bra: usize, state: usize, bits: i32, target: usize): void { imaginaryProductsOf<f32>(bra, state, bits, target); }
export function imaginaryProducts64(bra: usize, state: usize, bits: i32, target: usize): void { imaginaryProductsOf<f64>(bra, state, bits, target); }
export function squares32(state: usize, bits: i32, target: usize): void { squaresOf<f32>(state, bits, target); }
export function squares64(state: usize, bits: i32, target: usize): void { squaresOf<f64>(state, bits, target); }
export function foldBits32(data: usize, bits: i32, factor: f32, out: usize): void { foldBitsOf<f32>(data, bits, factor, out); }
export function foldBits64(data: usize, bits: i32, factor: f64, out: usize): void { foldBitsOf<f64>(data, bits, factor, out); }
export function buildDiagonal32(out: usize, scratch: usize, bits: i32, start: usize, linear: usize, quadratic: usize, partners: usize): void { buildDiagonalOf<f32>(out, scratch, bits, start, linear, quadratic, partners); }
export function buildDiagonal64(out: usize, scratch: usize, bits: i32, start: usize, linear: usize, quadratic: usize, partners: usize): void { buildDiagonalOf<f64>(out, scratch, bits, start, linear, quadratic, partners); }
export function multiplyParity32(out: usize, bits: i32, mask: i32, factor: usize): void { multiplyParityOf<f32>(out, bits, mask, factor); }
export function multiplyParity64(out: usize, bits: i32, mask: i32, factor: usize): void { multiplyParityOf<f64>(out, bits, mask, factor); }
export function multiplyGathered32(out: usize, bits: i32, segment: usize, moves: usize, byLane: i32): void { multiplyGatheredOf<f32>(out, bits, segment, moves, byLane); }
export function multiplyGathered64(out: usize, bits: i32, segment: usize, moves: usize, byLane: i32): void { multiplyGatheredOf<f64>(out, bits, segment, moves, byLane); }
export function multiplySigns32(out: usize, bits: i32, signs: usize, byLane: i32): void { multiplySignsOf<f32>(out, bits, signs, byLane); }
export function multiplySigns64(out: usize, bits: i32, signs: usize, byLane: i32): void { multiplySignsOf<f64>(out, bits, signs, byLane); }
export function packFactors32(vectors: usize, bits: i32, factors: usize): void { packFactorsOf<f32>(vectors, bits, factors); }
export function packFactors64(vectors: usize, bits: i32, factors: usize): void { packFactorsOf<f64>(vectors, bits, factors); }
export function signedSums32(out: usize, bits: i32, start: usize, vectors: usize): void { signedSumsOf<f32>(out, bits, start, vectors); }
export function signedSums64(out: usize, bits: i32, start: usize, vectors: usize): void { signedSumsOf<f64>(out, bits, start, vectors); }
export function multiplyLanes32(state: usize, values: usize, bits: i32, target: usize): void { multiplyLanesOf<f32>(state, values, bits, target); }
export function multiplyLanes64(state: usize, values: usize, bits: i32, target: usize): void { multiplyLanesOf<f64>(state, values, bits, target); }
export function buildProductState32(out: usize, bits: i32, start: usize, factors: usize): void { buildProductStateOf<f32>(out, bits, start, factors); }
export function buildProductState64(out: usize, bits: i32, start: usize, factors: usize): void { buildProductStateOf<f64>(out, bits, start, factors); }
export function move32(source: usize, target: usize, bits: i32, kind: i32, factors: usize, moves: usize, byLane: i32, scale: f32): void { moveOf<f32>(source, target, bits, kind, factors, moves, byLane, scale); }
export function move64(source: usize, target: usize, bits: i32, kind: i32, factors: usize, moves: usize, byLane: i32, scale: f64): void { moveOf<f64>(source, target, bits, kind, factors, moves, byLane, scale); }
export function moveBack32(source: usize, target: usize, bits: i32, kind: i32, factors: usize, moves: usize, byLane: i32, scale: f32): void { moveBackOf<f32>(source, target, bits, kind, factors, moves, byLane, scale); }
export function moveBack64(source: usize, target: usize, bits: i32, kind: i32, factors: usize, moves: usize, byLane: i32, scale: f64): void { moveBackOf<f64>(source, target, bits, kind, factors, moves, byLane, scale); }
export function rotatePairs32(state: usize, list: usize, positive: i32, negative: i32, flip: usize, kind: i32, coefficients: usize): void { rotatePairsOf<f32>(state, list, positive, negative, flip, kind, coefficients); }
export function rotatePairs64(state: usize, list: usize, positive: i32, negative: i32, flip: usize, kind: i32, coefficients: usize): void { rotatePairsOf<f64>(state, list, positive, negative, flip, kind, coefficients); }
export function addPairOverlap32(bra: usize, state: usize, list: usize, positive: i32, negative: i32, flip: usize, kind: i32, factor: f32, out: usize): void { addPairOverlapOf<f32>(bra, state, list, positive, negative, flip, kind, factor, out); }
export function addPairOverlap64(bra: usize, state: usize, list: usize, positive: i32, negative: i32, flip: usize, kind: i32, factor: f64, out: usize): void { addPairOverlapOf<f64>(bra, state, list, positive, negative, flip, kind, factor, out); }
export function applyDense32(state: usize, bases: usize, numBases: i32, offsets: usize, dim: i32, matrix: usize, scratch: usize): void { applyDenseOf<f32>(state, bases, numBases, offsets, dim, matrix, scratch); }
export function applyDense64(state: usize, bases: usize, numBases: i32, offsets: usize, dim: i32, matrix: usize, scratch: usize): void { applyDenseOf<f64>(state, bases, numBases, offsets, dim, matrix, scratch); }
export function addDenseOverlaps32(bra: usize, state: usize, bases: usize, numBases: i32, offsets: usize, dim: i32, factor: f32, out: usize): void { addDenseOverlapsOf<f32>(bra, state, bases, numBases, offsets, dim, factor, out); }
export function addDenseOverlaps64(bra: usize, state: usize, bases: usize, numBases: i32, offsets: usize, dim: i32, factor: f64, out: usize): void { addDenseOverlapsOf<f64>(bra, state, bases, numBases, offsets, dim, factor, out); }
export function expectWord32(state: usize, bits: i32, flip: i32, signMask: i32, isLaneFlipped: i32, kind: i32, out: usize): void { expectWordOf<f32>(state, bits, flip, signMask, isLaneFlipped, kind, out); }
export function expectWord64(state: usize, bits: i32, flip: i32, signMask: i32, isLaneFlipped: i32, kind: i32, out: usize): void { expectWordOf<f64>(state, bits, flip, signMask, isLaneFlipped, kind, out); }
export function addWord32(state: usize, bra: usize, bits: i32, flip: i32, signMask: i32, isLaneFlipped: i32, kind: i32, coefficient: usize): void { addWordOf<f32>(state, bra, bits, flip, signMask, isLaneFlipped, kind, coefficient); }
export function addWord64(state: usize, bra: usize, bits: i32, flip: i32, signMask: i32, isLaneFlipped: i32, kind: i32, coefficient: usize): void { addWordOf<f64>(state, bra, bits, flip, signMask, isLaneFlipped, kind, coefficient); }
export function rotateLanes(state: usize, bits: i32, c: f32, s: f32): void { rotateLanesOf(state, bits, c, s); }
export function addLaneOverlaps(bra: usize, state: usize, bits: i32, factor: f32, out: usize): void { addLaneOverlapsOf(bra, state, bits, factor, out); }
export function scatter(source: usize, target: usize, bits: i32, moves: usize, byLane: i32): void { scatterOf(source, target, bits, moves, byLane); }

/** First address that is free for the host. */
export function heapBase(): usize { return (__heap_base + 63) & ~63; }
