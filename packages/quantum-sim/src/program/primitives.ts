import { isInput } from "../angle.ts";
import type { ComplexMatrix } from "../complex-matrix.ts";
import type { Gate, Operation, ParityTerm } from "../gate.ts";
import { CNOT, PhaseShift, Rot, RZ, U2, U3 } from "../gates/index.ts";
import { quaternionOf } from "../quaternion.ts";
import { affine, type ProgramAngle } from "./angle-values.ts";
import { MOST_ANALYSED_WIRES, parityTerms, structureOf } from "./gate-structure.ts";
import type { Primitive, TurnStep } from "./primitive.ts";

/** Angles of Rz, Ry, Rz in the order they act, and of the phase e^{iΣ/2} before them. */
interface EulerAngles {
  readonly turns: readonly [ProgramAngle, ProgramAngle, ProgramAngle];
  readonly phases: readonly ProgramAngle[];
}

const euler: ReadonlyMap<Gate, (angles: readonly ProgramAngle[]) => EulerAngles> = /* @__PURE__ */ new Map([
  [Rot, ([phi, theta, omega]: readonly ProgramAngle[]): EulerAngles => ({ turns: [phi, theta, omega], phases: [] })],
  [U2, ([phi, delta]: readonly ProgramAngle[]): EulerAngles => ({ turns: [delta, Math.PI / 2, phi], phases: [phi, delta] })],
  [U3, ([theta, phi, delta]: readonly ProgramAngle[]): EulerAngles => ({ turns: [delta, theta, phi], phases: [phi, delta] })],
]);

/** arg √det U of a single-qubit unitary: what `quaternionOf` leaves out. */
export function phaseOf({ re, im }: ComplexMatrix): number {
  const detRe = re[0] * re[3] - im[0] * im[3] - re[1] * re[2] + im[1] * im[2];
  const detIm = re[0] * im[3] + im[0] * re[3] - re[1] * im[2] - im[1] * re[2];
  return Math.atan2(detIm, detRe) / 2;
}

/** An exponent that is `factor` on the last of so many basis states, as parities. */
const onLastState = (numStates: number, factor: number): ParityTerm[] =>
  parityTerms(Array.from({ length: numStates }, (_, x) => (x === numStates - 1 ? factor : 0)));

/** An operation, or a part of one, whose angles may be products. */
interface ProgramOperation {
  readonly gate: Gate;
  readonly wires: readonly number[];
  readonly angles: readonly ProgramAngle[];
}

/** An operation as what the compiler schedules, in the order they act. */
export function primitivesOf(operation: Operation): Primitive[] {
  const { gate, wires, angles } = operation;
  if (!gate.productOf) return programPrimitives(operation);
  const factors = [angles[0], angles[1]] as const;
  return programPrimitives({ gate: gate.productOf, wires, angles: [{ factors, scale: 1, shift: 0 }] });
}

/** The gate's decomposition, its wires and angles those of the operation. */
function decompose({ gate, wires, angles }: ProgramOperation): Primitive[] | undefined {
  const parts = gate.decomposition?.(angles.map((_, weight) => ({ weight })));
  return parts?.flatMap((part) =>
    programPrimitives({
      gate: part.gate,
      wires: part.wires.map((wire) => wires[wire]),
      angles: part.angles.map((angle) =>
        typeof angle === "number" || isInput(angle) ? angle : affine(angles[angle.weight], angle.scale ?? 1, angle.shift),
      ),
    }),
  );
}

function programPrimitives(operation: ProgramOperation): Primitive[] {
  const { gate, wires, angles } = operation;
  const split = euler.get(gate);
  if (split) {
    const { turns, phases } = split(angles);
    return [
      ...phases.map((angle): Primitive => ({ kind: "phase", wires: [], terms: [{ mask: 0, coefficient: 0.5 }], angle })),
      ...turns.map((angle, i) => turn(wires[0], { axis: i === 1 ? 1 : 2, angle })),
    ];
  }
  const structure = structureOf(gate);
  if (structure.kind === "diagonal") return [{ kind: "phase", wires, terms: structure.terms, angle: angles[0] ?? 1 }];
  if (gate.numWires === 1) return singleWire(operation);
  if (structure.kind === "pairs") {
    const { pairs, flip, isY } = structure;
    return [{ kind: "pairs", wires, name: gate.name, pairs, flip, isY, angle: angles[0] }];
  }
  if (structure.kind === "monomial") {
    const { terms, targets, signs } = structure;
    const move: Primitive = { kind: "monomial", wires, name: gate.name, targets, signs };
    return terms.length > 0 ? [{ kind: "phase", wires, terms, angle: 1 }, move] : [move];
  }
  const parts = decompose(operation);
  if (parts) return parts;
  // On few wires a controlled rotation would have been told by its matrices; one that was not differs from what it says.
  if (gate.controlled && (gate.numWires > MOST_ANALYSED_WIRES || !isRotation(gate.controlled.gate)))
    return controlledWires(operation, gate.controlled.gate, gate.controlled.numControls);
  return [{ kind: "dense", wires, controls: [], gate, angles }];
}

const isRotation = (gate: Gate): boolean => gate.numAngles === 1 && structureOf(gate).kind !== "dense";

const turn = (wire: number, step: TurnStep): Primitive => ({ kind: "turn", wires: [wire], step });

function singleWire({ gate, wires, angles }: ProgramOperation): Primitive[] {
  const structure = structureOf(gate);
  if (structure.kind === "pairs") {
    const angle = structure.pairs[0].sign === 1 ? angles[0] : affine(angles[0], -1);
    return [turn(wires[0], { axis: structure.isY ? 1 : 0, angle })];
  }
  if (gate.numAngles > 0)
    return [
      { kind: "gate-phase", wires: [], gate, angles },
      { kind: "turn", wires, step: { gate, angles } },
    ];
  const U = gate.matrix([]);
  if (structure.kind === "monomial" && structure.terms.length === 0) {
    const { targets, signs } = structure;
    return [{ kind: "monomial", wires, name: gate.name, targets, signs }];
  }
  return [
    { kind: "phase", wires: [], terms: [{ mask: 0, coefficient: phaseOf(U) }], angle: 1 },
    turn(wires[0], { fixed: quaternionOf(U) }),
  ];
}

/** Phases under controls: each parity is brought to one wire by CNOTs, which need no control, and turned there. */
function controlledParities(
  controls: readonly number[],
  targets: readonly number[],
  terms: readonly ParityTerm[],
  angle: ProgramAngle,
): Primitive[] {
  return terms.flatMap(({ mask, coefficient }) => {
    const members = targets.filter((_, k) => (mask >> (targets.length - 1 - k)) & 1);
    const last = members.pop();
    // A phase of the whole state is under controls one of their last state.
    if (last === undefined)
      return {
        kind: "dense",
        wires: controls.slice(-1),
        controls: controls.slice(0, -1),
        gate: PhaseShift,
        angles: [affine(angle, coefficient)],
      };
    const collect = members.flatMap((wire) => programPrimitives(CNOT.on([wire, last])));
    const turned: Primitive = { kind: "dense", wires: [last], controls, gate: RZ, angles: [affine(angle, -2 * coefficient)] };
    return [...collect, turned, ...[...collect].reverse()];
  });
}

/** Controlled Euler turns keep their own kernels; every other controlled gate is a matrix on half, a quarter … of the amplitudes. */
function controlledWires({ wires, angles }: ProgramOperation, base: Gate, numControls: number): Primitive[] {
  const controls = wires.slice(0, numControls);
  const targets = wires.slice(numControls);
  if (base.phases && targets.length > 1) return controlledParities(controls, targets, base.phases, angles[0] ?? 1);
  const split = wires.length <= MOST_ANALYSED_WIRES ? euler.get(base) : undefined;
  if (!split) return [{ kind: "dense", wires: targets, controls, gate: base, angles }];
  const { turns, phases } = split(angles);
  const dim = 1 << wires.length;
  // The target is the lowest local bit; controls are 1 in the last two basis states.
  const zPhases = parityTerms(Array.from({ length: dim }, (_, x) => (x === dim - 2 ? -0.5 : x === dim - 1 ? 0.5 : 0)));
  const aboutZ = (angle: ProgramAngle): Primitive => ({ kind: "phase", wires, terms: zPhases, angle });
  const aboutY: Primitive = {
    ...{ kind: "pairs", wires, name: `controlled ${base.name}`, flip: 1, isY: true, angle: turns[1] },
    pairs: [{ state: dim - 2, sign: 1 }],
  };
  return [
    ...phases.map((angle): Primitive => ({ kind: "phase", wires: controls, terms: onLastState(1 << numControls, 0.5), angle })),
    aboutZ(turns[0]),
    aboutY,
    aboutZ(turns[2]),
  ];
}
