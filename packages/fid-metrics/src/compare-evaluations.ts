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
  "numReal",
  "numGenerated",
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
 * @throws UsageError that says what differs when the protocols are unlike; such numbers must not stand in one table.
 */
export function compareEvaluations(first: Evaluation, second: Evaluation): readonly Comparison[] {
  const unlike = BINDING.filter((field) => first.protocol[field] !== second.protocol[field]);
  expect(unlike.length === 0, "compareEvaluations", () => {
    const list = unlike.map((field) => `${field} (${first.protocol[field]} against ${second.protocol[field]})`).join(", ");
    return `these results do not compare: they differ in ${list}. Evaluate both under one protocol.`;
  });
  const shared = first.protocol.metrics.filter((metric) =>
    second.protocol.metrics.some(({ name, source }) => name === metric.name && source === metric.source),
  );
  return shared.map(({ name, better }) => {
    const [a, b] = [first.values[name], second.values[name]];
    const isFirst = better === "lower" ? a < b : a > b;
    return { name, first: a, second: b, difference: b - a, better: a === b ? "equal" : isFirst ? "first" : "second" };
  });
}
