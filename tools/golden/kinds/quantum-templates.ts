import {
  type Ansatz,
  angleEmbedding,
  basicEntanglerWith,
  buildCircuit,
  type Circuit,
  CNOT,
  CZ,
  createCircuit,
  H,
  type RotationName,
  stronglyEntanglingWith,
} from "quantum-sim";
import { quantumKind } from "./quantum-case.ts";
import { checkCircuit } from "./quantum-circuits.ts";

interface TemplateCase {
  readonly name: string;
  readonly template: string;
  readonly n: number;
  readonly layers?: number;
  readonly imprimitive?: string;
  readonly ranges?: unknown;
  /** "RX" for layers, "X" for an embedding. */
  readonly rotation?: string;
  readonly inputs: readonly number[];
  readonly weights: readonly number[];
  readonly expval: readonly number[];
}

const ENTANGLERS = { CNOT, CZ } as const;

/** The circuit of a template, or undefined while we do not have it. The observables are those of the folder's README. */
function circuitOf({ template, n, layers = 1, imprimitive, ranges, rotation }: TemplateCase): Circuit | undefined {
  const build = (ansatz: Ansatz, embedding: RotationName) =>
    buildCircuit(ansatz, { numQubits: n, numLayers: layers, embedding: angleEmbedding([embedding]), measure: "Z" });
  if (template.includes("StronglyEntanglingLayers")) {
    const entangler = imprimitive === "CNOT" || imprimitive === "CZ" ? ENTANGLERS[imprimitive] : undefined;
    const isDefaultReach = !Array.isArray(ranges) || ranges.every((reach, layer) => n === 1 || reach === (layer % (n - 1)) + 1);
    return entangler && isDefaultReach ? build(stronglyEntanglingWith("strongly-entangling", entangler), "RY") : undefined;
  }
  if (template.includes("BasicEntanglerLayers")) {
    const name = `R${(rotation ?? "RX").slice(-1)}` as RotationName; // X, Y or Z with or without its R
    return build(basicEntanglerWith("basic-entangler", name), "RX");
  }
  if (template === "H on all + AngleEmbedding") {
    const wires = Array.from({ length: n }, (_, wire) => wire);
    const embedding = angleEmbedding([`R${rotation}` as RotationName]); // X, Y or Z
    return createCircuit({
      name: template,
      numQubits: n,
      operations: [...wires.map((wire) => H.on([wire])), ...embedding.operations(n, (input) => ({ input }))],
      observables: wires.flatMap((wire) => [`X${wire}`, `Y${wire}`, `Z${wire}`]),
    });
  }
  return undefined;
}

/** PennyLane's templates. IQP takes products of inputs and amplitude embedding is no gate: both come with the quantum issue. */
export const quantumTemplates = quantumKind("quantum-templates", ["template"], (one) => {
  const typed = one as unknown as TemplateCase; // its kind was told by these fields
  const circuit = circuitOf(typed);
  return { name: typed.name, check: circuit && (() => checkCircuit(circuit, typed)) };
});
