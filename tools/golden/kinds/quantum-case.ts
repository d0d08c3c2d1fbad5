import type { GoldenCase, GoldenFile, GoldenKind } from "../golden-kind.ts";

/** A case of golden/quantum, before its kind is known. */
export type QuantumCase = Readonly<Record<string, unknown>>;

/** The kinds of case that golden/quantum/README.md describes. */
export type QuantumCaseKind = "layers" | "template" | "post-selection" | "readout" | "noise" | "circuit";

/** An entry of an op list: gate or channel, wires, parameters. */
export interface GoldenOperation {
  readonly g: string;
  readonly w: readonly number[];
  readonly p?: readonly (number | { readonly i: number } | { readonly t: number })[];
}

const CHANNELS = [
  "DepolarizingChannel",
  "AmplitudeDamping",
  "GeneralizedAmplitudeDamping",
  "PhaseDamping",
  "BitFlip",
  "PhaseFlip",
  "Depolarizing",
];

const isRecord = (value: unknown): value is QuantumCase => typeof value === "object" && value !== null && !Array.isArray(value);
const has = (one: QuantumCase, ...fields: readonly string[]): boolean => fields.every((field) => field in one);

/** Whether an op list holds a noise channel. */
const isNoisy = (operations: readonly GoldenOperation[]): boolean =>
  operations.some(({ g }) => CHANNELS.includes(g) || /Channel|Damping|Flip|Relaxation/.test(g));

/** What a case is, told by its fields. */
function kindOf(one: unknown): QuantumCaseKind | undefined {
  if (!isRecord(one) || !("n" in one)) return undefined;
  if (has(one, "layers", "encoding", "rotations", "entangler")) return "layers";
  if (has(one, "template", "expval")) return "template";
  if (!has(one, "ops")) return undefined;
  if (has(one, "probs_postselected")) return "post-selection";
  if (has(one, "probs_ideal")) return "readout";
  if (has(one, "density") || isNoisy(one.ops as GoldenOperation[])) return "noise"; // `ops` is an op list in every kind of case
  return has(one, "obs", "expval") ? "circuit" : undefined;
}

function casesOf({ json }: GoldenFile): readonly unknown[] {
  return isRecord(json) && Array.isArray(json.cases) ? json.cases : [];
}

/** A golden kind that takes every case of one of these kinds, wherever it stands; `toCase` makes it runnable. */
export function quantumKind(
  name: string,
  takes: readonly QuantumCaseKind[],
  toCase: (one: QuantumCase) => GoldenCase,
): GoldenKind {
  return {
    name,
    find: ({ files }) =>
      files.flatMap((file) => {
        const mine = casesOf(file).filter((one): one is QuantumCase => {
          const kind = kindOf(one);
          return kind !== undefined && takes.includes(kind);
        });
        return mine.length === 0 ? [] : [{ files: [file], cases: mine.map(toCase) }];
      }),
  };
}

/** Cases of golden/quantum whose fields fit none of the kinds, in files that hold others that do. */
export const quantumUnknown: GoldenKind = {
  name: "quantum-unknown",
  find: ({ files }) =>
    files.flatMap((file) => {
      const cases = casesOf(file);
      const unknown = cases.filter((one) => kindOf(one) === undefined);
      if (unknown.length === 0 || unknown.length === cases.length) return [];
      const check = () => {
        throw new Error("no kind of case has these fields; describe it in tools/golden/kinds/quantum-case.ts");
      };
      return [
        { files: [file], cases: unknown.map((one, i) => ({ name: isRecord(one) ? String(one.name) : `case ${i}`, check })) },
      ];
    }),
};
