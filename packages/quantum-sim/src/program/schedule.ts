import type { Circuit } from "../circuit.ts";
import type { Gate, Operation, ParityTerm } from "../gate.ts";
import { affine, type ProgramAngle } from "./angle-values.ts";
import { findPreparation } from "./preparation-runner.ts";
import { type Primitive, type TurnStep, wiresOf } from "./primitive.ts";
import { primitivesOf } from "./primitives.ts";

/** Bits are those of the amplitude index: bit 0 is the last wire. */
export interface PhaseItem {
  readonly kind: "phase";
  readonly terms: readonly ParityTerm[];
  readonly angle: ProgramAngle;
}
export interface MonomialItem {
  readonly kind: "monomial";
  readonly name: string;
  /** Highest local bit first. */
  readonly bits: readonly number[];
  readonly targets: readonly number[];
  readonly signs: readonly number[];
}
/** Phases, permutations and signs: one factor and one move for each amplitude. */
export interface FreeStage {
  readonly kind: "free";
  readonly items: (PhaseItem | MonomialItem)[];
}
/** A turn on each of some bits. */
export interface TurnStage {
  readonly kind: "turns";
  readonly rows: Map<number, TurnStep[]>;
}
export type BlockItem =
  | (Omit<Extract<Primitive, { kind: "pairs" }>, "wires"> & { readonly bits: readonly number[] })
  | {
      readonly kind: "dense";
      readonly bits: readonly number[];
      readonly controls: readonly number[];
      readonly gate: Gate;
      readonly angles: readonly ProgramAngle[];
    };
/** Gates one after the other. */
export interface BlockStage {
  readonly kind: "blocks";
  readonly items: BlockItem[];
}
type Stage = FreeStage | TurnStage | BlockStage;

/** What multiplies the whole state. */
export type GlobalPhase =
  | { readonly angle: ProgramAngle; readonly coefficient: number }
  | { readonly gate: Gate; readonly angles: readonly ProgramAngle[] };

export interface Schedule {
  readonly numQubits: number;
  /** What makes the state with which the stages begin; undefined: |0…0⟩. */
  readonly preparation?: Operation;
  readonly stages: readonly Stage[];
  /** [wire]: the bit at which the wire stands in the end. */
  readonly bitOf: readonly number[];
  readonly globalPhases: readonly GlobalPhase[];
  readonly numPrimitives: number;
  /** SWAPs that became another numbering of the wires. */
  readonly numRelabelled: number;
}

const isSwap = (primitive: Primitive): boolean =>
  primitive.kind === "monomial" && primitive.targets.join() === "0,2,1,3" && primitive.signs.every((sign) => sign === 1);

export interface ScheduleOptions {
  /** Whether bit 0 lies in the vector lanes, so that blocks must stand on other bits; wires are then exchanged. */
  readonly keepLaneFree?: boolean;
  /** Whether every wire must end at its own bit, so that SWAPs are carried out. */
  readonly keepWires?: boolean;
  /** Whether the operations begin with |0…0⟩, so that a state may be prepared at once; default true. */
  readonly startsAtZero?: boolean;
}

/**
 * Puts every gate into the earliest stage where it may stand: next to gates that it merges with, as far forward as the gates before it
 * on the same wires allow.
 */
export function schedule(
  circuit: Pick<Circuit, "numQubits" | "operations">,
  { keepLaneFree = false, keepWires = false, startsAtZero = true }: ScheduleOptions = {},
): Schedule {
  const n = circuit.numQubits;
  const bitOf = Array.from({ length: n }, (_, wire) => n - 1 - wire);
  const stages: Stage[] = [];
  /** [bit]: the last stage that acts on it. */
  const last = new Array<number>(n).fill(-1);
  const globalPhases: GlobalPhase[] = [];
  let numPrimitives = 0;
  let numRelabelled = 0;

  const stageFor = <K extends Stage["kind"]>(kind: K, bits: readonly number[], create: () => Extract<Stage, { kind: K }>) => {
    let index = Math.max(0, ...bits.map((bit) => last[bit]));
    while (index < stages.length && stages[index].kind !== kind) index++;
    if (index === stages.length) stages.push(create());
    for (const bit of bits) last[bit] = index;
    return stages[index] as Extract<Stage, { kind: K }>; // its kind was compared above
  };
  const free = (bits: readonly number[]) => stageFor("free", bits, () => ({ kind: "free", items: [] }));
  const addTurn = (bit: number, step: TurnStep): void => {
    const { rows } = stageFor("turns", [bit], () => ({ kind: "turns", rows: new Map() }));
    const row = rows.get(bit);
    if (row) row.push(step);
    else rows.set(bit, [step]);
  };
  /** Whether the last gate on the bit is a turn that another may join. */
  const hasOpenTurn = (bit: number): boolean => {
    const stage = stages[last[bit]];
    return stage?.kind === "turns" && stage.rows.has(bit);
  };
  const clearLane = (bits: readonly number[]): void => {
    if (!keepLaneFree || !bits.includes(0)) return;
    const other = Array.from({ length: n }, (_, bit) => bit).find((bit) => !bits.includes(bit));
    if (other === undefined) throw new Error("bug: a gate on all wires cannot leave the lanes free.");
    free([0, other]).items.push({ kind: "monomial", name: "SWAP", bits: [0, other], targets: [0, 2, 1, 3], signs: [1, 1, 1, 1] });
    exchange(bitOf.indexOf(0), bitOf.indexOf(other));
  };
  const exchange = (a: number, b: number): void => {
    [bitOf[a], bitOf[b]] = [bitOf[b], bitOf[a]];
  };

  const add = (primitive: Primitive): void => {
    numPrimitives++;
    const bits = primitive.wires.map((wire) => bitOf[wire]);
    switch (primitive.kind) {
      case "gate-phase":
        globalPhases.push(primitive);
        return;
      case "turn":
        addTurn(bits[0], primitive.step);
        return;
      case "phase":
        addPhase(primitive, bits);
        return;
      case "monomial":
        addMonomial(primitive, bits);
        return;
    }
    clearLane(wiresOf(primitive).map((wire) => bitOf[wire]));
    const bitsNow = primitive.wires.map((wire) => bitOf[wire]);
    const controls = primitive.kind === "dense" ? primitive.controls.map((wire) => bitOf[wire]) : [];
    const { items } = stageFor("blocks", [...controls, ...bitsNow], () => ({ kind: "blocks", items: [] }));
    items.push(primitive.kind === "dense" ? { ...primitive, bits: bitsNow, controls } : { ...primitive, bits: bitsNow });
  };

  const addPhase = ({ terms, angle }: Extract<Primitive, { kind: "phase" }>, bits: readonly number[]): void => {
    const placed = terms.map(({ mask, coefficient }) => ({
      mask: bits.reduce((all, bit, i) => ((mask >> (bits.length - 1 - i)) & 1 ? all | (1 << bit) : all), 0),
      coefficient,
    }));
    for (const { mask, coefficient } of placed) if (mask === 0) globalPhases.push({ angle, coefficient });
    const local = placed.filter(({ mask }) => mask !== 0);
    if (local.length === 0) return;
    if (bits.length === 1 && hasOpenTurn(bits[0])) addTurn(bits[0], { axis: 2, angle: affine(angle, -2 * local[0].coefficient) });
    else free(bits).items.push({ kind: "phase", terms: local, angle });
  };

  const addMonomial = (primitive: Extract<Primitive, { kind: "monomial" }>, bits: readonly number[]): void => {
    const { name, targets, signs } = primitive;
    if (isSwap(primitive) && !keepWires) {
      exchange(primitive.wires[0], primitive.wires[1]);
      numRelabelled++;
    } else if (bits.length === 1 && hasOpenTurn(bits[0])) addTurn(bits[0], fixedTurn(targets, signs, globalPhases));
    else if (name !== "I") free(bits).items.push({ kind: "monomial", name, bits, targets, signs });
  };

  const preparation = startsAtZero ? findPreparation(circuit.operations) : undefined;
  for (const operation of circuit.operations)
    if (operation !== preparation) for (const primitive of primitivesOf(operation)) add(primitive);
  return { numQubits: n, ...(preparation && { preparation }), stages, bitOf, globalPhases, numPrimitives, numRelabelled };
}

/** A real 2×2 monomial matrix as a turn: ±I, ±Z are a − iz; ±X and ±(X·Z) are x and y. Its phase goes to `phases`. */
function fixedTurn(targets: readonly number[], signs: readonly number[], phases: GlobalPhase[]): TurnStep {
  const isEven = signs[0] === signs[1];
  const sign = signs[0];
  const quarter = (turns: number) => phases.push({ angle: (turns * Math.PI) / 2, coefficient: 1 });
  if (targets[0] === 0) {
    if (isEven) {
      if (sign < 0) quarter(2);
      return { fixed: [1, 0, 0, 0] };
    }
    quarter(sign > 0 ? 1 : -1); // Z = i·(−iZ)
    return { fixed: [0, 0, 0, 1] };
  }
  // U10 = signs[0], U01 = signs[1]; −iX has −i, −i and −iY has 1, −1.
  if (isEven) {
    quarter(sign > 0 ? 1 : -1);
    return { fixed: [0, 1, 0, 0] };
  }
  return { fixed: [0, 0, sign, 0] };
}
