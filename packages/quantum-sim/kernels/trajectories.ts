// Trajectories in the vector lanes: one export for each precision. Layout: ./_trajectory-layout.ts.
import { applyDiagonal as applyDiagonalOf, apply2 as apply2Of, applyMany as applyManyOf, controlledNot as controlledNotOf, controlledZ as controlledZOf } from "./_trajectory-gates";
import { overlaps2 as overlaps2Of, density2 as density2Of, overlapsMany as overlapsManyOf } from "./_trajectory-overlaps";
import { expectDiagonals as expectDiagonalsOf, weigh as weighOf, expectWord as expectWordOf, addWord as addWordOf } from "./_trajectory-words";

export function apply2_32(state: usize, bytes: usize, half: usize, m: usize): void { apply2Of<f32>(state, bytes, half, m); }
export function apply2_64(state: usize, bytes: usize, half: usize, m: usize): void { apply2Of<f64>(state, bytes, half, m); }
export function applyDiagonal_32(state: usize, bytes: usize, half: usize, m: usize): void { applyDiagonalOf<f32>(state, bytes, half, m); }
export function applyDiagonal_64(state: usize, bytes: usize, half: usize, m: usize): void { applyDiagonalOf<f64>(state, bytes, half, m); }
export function applyMany_32(state: usize, bytes: usize, dim: i32, masks: usize, offsets: usize, m: usize, scratch: usize): void { applyManyOf<f32>(state, bytes, dim, masks, offsets, m, scratch); }
export function applyMany_64(state: usize, bytes: usize, dim: i32, masks: usize, offsets: usize, m: usize, scratch: usize): void { applyManyOf<f64>(state, bytes, dim, masks, offsets, m, scratch); }
export function overlaps2_32(bra: usize, ket: usize, bytes: usize, half: usize, out: usize): void { overlaps2Of<f32>(bra, ket, bytes, half, out); }
export function overlaps2_64(bra: usize, ket: usize, bytes: usize, half: usize, out: usize): void { overlaps2Of<f64>(bra, ket, bytes, half, out); }
export function density2_32(ket: usize, bytes: usize, half: usize, out: usize): void { density2Of<f32>(ket, bytes, half, out); }
export function density2_64(ket: usize, bytes: usize, half: usize, out: usize): void { density2Of<f64>(ket, bytes, half, out); }
export function overlapsMany_32(bra: usize, ket: usize, bytes: usize, dim: i32, masks: usize, offsets: usize, out: usize): void { overlapsManyOf<f32>(bra, ket, bytes, dim, masks, offsets, out); }
export function overlapsMany_64(bra: usize, ket: usize, bytes: usize, dim: i32, masks: usize, offsets: usize, out: usize): void { overlapsManyOf<f64>(bra, ket, bytes, dim, masks, offsets, out); }
export function expectDiagonals_32(state: usize, size: u32, out: usize): void { expectDiagonalsOf<f32>(state, size, out); }
export function expectDiagonals_64(state: usize, size: u32, out: usize): void { expectDiagonalsOf<f64>(state, size, out); }
export function weigh_32(bra: usize, ket: usize, size: u32, diagonal: usize, factor: usize): void { weighOf<f32>(bra, ket, size, diagonal, factor); }
export function weigh_64(bra: usize, ket: usize, size: u32, diagonal: usize, factor: usize): void { weighOf<f64>(bra, ket, size, diagonal, factor); }
export function expectWord_32(state: usize, size: u32, flip: u32, sign: u32, out: usize): void { expectWordOf<f32>(state, size, flip, sign, out); }
export function expectWord_64(state: usize, size: u32, flip: u32, sign: u32, out: usize): void { expectWordOf<f64>(state, size, flip, sign, out); }
export function addWord_32(bra: usize, ket: usize, size: u32, flip: u32, sign: u32, factor: usize): void { addWordOf<f32>(bra, ket, size, flip, sign, factor); }
export function addWord_64(bra: usize, ket: usize, size: u32, flip: u32, sign: u32, factor: usize): void { addWordOf<f64>(bra, ket, size, flip, sign, factor); }
export function controlledNot(state: usize, bytes: usize, control: usize, target: usize): void { controlledNotOf(state, bytes, control, target); }
export function controlledZ(state: usize, bytes: usize, one: usize, other: usize, isDouble: i32): void { controlledZOf(state, bytes, one, other, isDouble); }

/** First address that is free for the host. */
export function heapBase(): usize { return (__heap_base + 63) & ~63; }
