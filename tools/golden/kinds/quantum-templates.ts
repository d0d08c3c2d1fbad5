import {
  type Ansatz,
  amplitudeEmbedding,
  angleEmbedding,
  basicEntanglerWith,
  buildCircuit,
  type Circuit,
  CNOT,
  createCircuit,
  type Embedding,
  H,
  iqpEmbedding,
  type Operation,
  type RotationName,
  RY,
  stronglyEntanglingWith,
} from "quantum-sim";
import { quantumKind } from "./quantum-case.ts";
import { checkCircuit, gateOf } from "./quantum-circuits.ts";

interface TemplateCase {
  readonly name: string;
  readonly template: string;
  readonly n: number;
  readonly layers?: number;
  readonly imprimitive?: string;
  readonly ranges?: unknown;
  /** Of an IQP embedding. */
  readonly n_repeats?: number;
  /** "RX" for layers, "X" for an embedding. */
  readonly rotation?: string;
  readonly inputs: readonly number[];
  readonly weights: readonly number[];
  readonly expval: readonly number[];
}

/** The circuit of a template, or undefined while we do not have it. The observables are those of the folder's README. */
function circuitOf(one: TemplateCase): Circuit | undefined {
  const { template, n, layers = 1, imprimitive, ranges, rotation } = one;
  const build = (ansatz: Ansatz, embedding: RotationName) =>
    buildCircuit(ansatz, { numQubits: n, numLayers: layers, embedding: angleEmbedding([embedding]), measure: "Z" });
  if (template.includes("StronglyEntanglingLayers")) {
    const entangler = gateOf(imprimitive ?? "CNOT", 2);
    const options = Array.isArray(ranges) ? { ranges } : {}; // else words that tell the default
    return entangler ? build(stronglyEntanglingWith("strongly-entangling", entangler, options), "RY") : undefined;
  }
  if (template.includes("BasicEntanglerLayers")) {
    const name = `R${(rotation ?? "RX").slice(-1)}` as RotationName; // X, Y or Z with or without its R
    return build(basicEntanglerWith("basic-entangler", name), "RX");
  }
  const wires = Array.from({ length: n }, (_, wire) => wire);
  const embed = (embedding: Embedding, paulis: string, before: Operation[], after: Operation[]) =>
    createCircuit({
      name: template,
      numQubits: n,
      operations: [
        ...before,
        ...embedding.operations(
          n,
          (input) => ({ input }),
          () => ({ weight: 0 }),
        ),
        ...after,
      ],
      observables: wires.flatMap((wire) => [...paulis].map((pauli) => `${pauli}${wire}`)),
    });
  if (template === "H on all + AngleEmbedding") {
    const embedding = angleEmbedding([`R${rotation}` as RotationName]); // X, Y or Z
    return embed(
      embedding,
      "XYZ",
      wires.map((wire) => H.on([wire])),
      [],
    );
  }
  if (template.startsWith("IQPEmbedding")) return embed(iqpEmbedding({ repeats: one.n_repeats ?? 1 }), "XZ", [], []);
  const turn = /^AmplitudeEmbedding\(.*\) then RY\((.*)\) wire 0, CNOT\[0,1\]$/.exec(template);
  if (turn) {
    const numFeatures = one.inputs.length;
    return embed(amplitudeEmbedding({ numFeatures }), "XZ", [], [RY.on([0], Number(turn[1])), CNOT.on([0, 1])]);
  }
  return undefined;
}

/** PennyLane's templates. */
export const quantumTemplates = quantumKind("quantum-templates", ["template"], (one) => {
  const typed = one as unknown as TemplateCase; // its kind was told by these fields
  const circuit = circuitOf(typed);
  return { name: typed.name, check: circuit && (() => checkCircuit(circuit, typed)) };
});
