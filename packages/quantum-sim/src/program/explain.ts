import type { Circuit } from "../circuit.ts";
import { layeredProgram } from "../layered-program.ts";
import { dependsOnInput, isTrainable, type ProgramAngle } from "./angle-values.ts";
import { type MomentPlan, measuresPhases, pairStages } from "./moments.ts";
import type { BlockItem, FreeStage, TurnStage } from "./schedule.ts";
import { schedule } from "./schedule.ts";

/** The program of a circuit as plain data. */
export interface ProgramOutline {
  /** The kernel of layered circuits, or a call for each step. */
  readonly path: "batched-simd" | "program";
  readonly numQubits: number;
  readonly numOperations: number;
  readonly steps: readonly ProgramStep[];
  /** SWAPs that became another numbering of the wires. */
  readonly numRelabelled: number;
}

export interface ProgramStep {
  readonly kind: "state preparation" | "product state" | "move and factor" | "rotations" | "blocks" | "measurement";
  /** What was fused, in words. */
  readonly what: string;
}

/** What `compile` makes of a circuit, as data. */
export function programOutline(circuit: Circuit): ProgramOutline {
  const plan = schedule(circuit);
  const moments = pairStages(plan, measuresPhases(circuit));
  const steps = moments.flatMap((moment, k) => stepsOf(moment, k === 0 && !plan.preparation));
  const start: ProgramStep[] = plan.preparation
    ? [{ kind: "state preparation", what: `${plan.preparation.gate.numAngles} amplitudes${ofAngles(plan.preparation.angles)}` }]
    : [];
  return {
    path: layeredProgram(circuit) ? "batched-simd" : "program",
    numQubits: circuit.numQubits,
    numOperations: circuit.operations.length,
    steps: [...start, ...steps, { kind: "measurement", what: measurementOf(circuit) }],
    numRelabelled: plan.numRelabelled,
  };
}

/**
 * What `compile` makes of a circuit, as text: one line for each fused step.
 *
 * @example console.log(explain(buildCircuit("hybridq", { numQubits: 4, numLayers: 2 })));
 */
export function explain(circuit: Circuit): string {
  const { path, numQubits, numOperations, steps, numRelabelled } = programOutline(circuit);
  const passes = steps.length - 1;
  const lines = steps.map(({ kind, what }, k) => `${String(k + 1).padStart(3)}  ${kind.padEnd(16)} ${what}`);
  const head = `${circuit.name}: ${numQubits} qubits, ${numOperations} operations in ${passes} steps, path ${path}`;
  const swaps = numRelabelled > 0 ? [`     ${numRelabelled} SWAP${plural(numRelabelled)} as another numbering of the wires`] : [];
  return [head, ...lines, ...swaps].join("\n");
}

function stepsOf({ free, active }: MomentPlan, isStart: boolean): ProgramStep[] {
  const isProduct = isStart && free.items.length === 0 && active?.kind === "turns";
  const before: ProgramStep[] = free.items.length > 0 ? [{ kind: "move and factor", what: freeText(free) }] : [];
  if (!active) return before;
  if (active.kind === "turns")
    return [...before, { kind: isProduct ? "product state" : "rotations", what: turnText(active, isProduct) }];
  return [...before, { kind: "blocks", what: active.items.map(blockText).join(", ") }];
}

const plural = (count: number): string => (count === 1 ? "" : "s");

function freeText({ items }: FreeStage): string {
  const moves = new Map<string, number>();
  let phases = 0;
  let byInput = false;
  for (const item of items) {
    if (item.kind === "monomial") moves.set(item.name, (moves.get(item.name) ?? 0) + 1);
    else {
      phases++;
      byInput ||= dependsOnInput(item.angle);
    }
  }
  const parts = [...moves].map(([name, count]) => `${count} ${name}`);
  if (phases > 0) parts.push(`${phases} diagonal gate${plural(phases)}${byInput ? " (by sample)" : ""}`);
  return `${parts.join(", ")} → one pass`;
}

function turnText({ rows }: TurnStage, isProduct: boolean): string {
  const numSteps = [...rows.values()].reduce((sum, steps) => sum + steps.length, 0);
  const angles = [...rows.values()]
    .flat()
    .flatMap((step) => ("angle" in step ? [step.angle] : "angles" in step ? step.angles : []));
  const merged = `${numSteps} gate${plural(numSteps)} → ${rows.size} turn${plural(rows.size)}${ofAngles(angles)}`;
  return isProduct
    ? merged
    : `${merged}, radix ${passes(rows.size)
        .map((bits) => 2 ** bits)
        .join(" + ")}`;
}

/** How the kernel takes so many bits: in threes, but 2 + 2 rather than 3 + 1. */
function passes(numBits: number): number[] {
  if (numBits <= 0) return [];
  const taken = numBits >= 3 && numBits !== 4 ? 3 : Math.min(2, numBits);
  return [taken, ...passes(numBits - taken)];
}

function ofAngles(angles: readonly ProgramAngle[]): string {
  const weights = angles.filter((angle) => isTrainable(angle) && !dependsOnInput(angle)).length;
  const inputs = angles.filter(dependsOnInput).length;
  const parts = [weights > 0 ? `${weights} by weights` : "", inputs > 0 ? `${inputs} by inputs` : ""].filter(
    (part) => part !== "",
  );
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}

function blockText(item: BlockItem): string {
  if (item.kind === "pairs") {
    const share = (2 * item.pairs.length) / 2 ** item.bits.length;
    return `${item.name} on ${share === 1 ? "all" : `1/${1 / share} of the`} amplitudes`;
  }
  const controls = item.controls.length > 0 ? ` under ${item.controls.length} control${plural(item.controls.length)}` : "";
  return `${item.gate.name} as a ${2 ** item.bits.length}×${2 ** item.bits.length} matrix${controls}`;
}

function measurementOf({ observables }: Circuit): string {
  const single = observables.filter(({ factors }) => factors.length === 1);
  const isAllZ = observables.every(({ factors }) => factors.every(({ pauli }) => pauli === "Z"));
  const how = isAllZ
    ? single.length === observables.length
      ? "folded together"
      : "by one Walsh–Hadamard transform"
    : "word by word";
  return `${observables.length} Pauli word${plural(observables.length)}, ${how}`;
}
