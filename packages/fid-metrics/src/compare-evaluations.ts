import { expect } from "repro-kit";
import type { Evaluation, EvaluationProtocol } from "./evaluate.ts";

/** Fields that two results must share. The backend and the version move values by rounding only, and the seed only what is drawn. */
const BINDING: readonly (keyof EvaluationProtocol)[] = [
  "extractor",
  "tap",
  "mode",
  "resize",
  "weights",
  "quantisation",
  "realContent",
  "numReal",
  "numGenerated",
  "numHeldOut",
];

export interface Comparison {
  readonly name: string;
  readonly first: number;
  readonly second: number;
  /** second − first. */
  readonly difference: number;
  /** "first", "second" or "equal". */
  readonly better: "first" | "second" | "equal";
}

/**
 * Two evaluations side by side, for the metrics that both have.
 *
 * @throws UsageError that says what differs when the protocols are unlike, or that they share no metric; such numbers must not
 *   stand in one table.
 */
export function compareEvaluations(first: Evaluation, second: Evaluation): readonly Comparison[] {
  const unlike = [
    ...BINDING.filter((field) => first.protocol[field] !== second.protocol[field]).map(
      (field) => `${field} (${first.protocol[field] ?? "not said"} against ${second.protocol[field] ?? "not said"})`,
    ),
    ...first.protocol.metrics.flatMap(({ name, source }) => {
      const other = second.protocol.metrics.find((metric) => metric.name === name);
      return other && other.source !== source ? [`the definition of ${name} (${source} against ${other.source})`] : [];
    }),
  ];
  expect(unlike.length === 0, "compareEvaluations", () => {
    return `these results do not compare: they differ in ${unlike.join(", ")}. Evaluate both under one protocol.`;
  });
  const shared = first.protocol.metrics.filter(({ name }) => second.protocol.metrics.some((metric) => metric.name === name));
  const names = ({ protocol }: Evaluation): string => protocol.metrics.map(({ name }) => name).join(", ");
  expect(
    shared.length > 0,
    "compareEvaluations",
    () => `these results share no metric: ${names(first)} against ${names(second)}. Evaluate both by the same.`,
  );
  return shared.map(({ name, better }) => {
    const [a, b] = [first.values[name], second.values[name]];
    const isFirst = better === "lower" ? a < b : a > b;
    return { name, first: a, second: b, difference: b - a, better: a === b ? "equal" : isFirst ? "first" : "second" };
  });
}
