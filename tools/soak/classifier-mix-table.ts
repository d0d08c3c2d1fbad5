import type { Estimate, SweepRow, SweepSummary } from "classifier-eval";

/** A generator of one class, trained to its end. */
export interface TrainedGenerator {
  readonly model: string;
  readonly class: string;
  readonly run: string;
  readonly step: number;
  readonly minutes: number;
  readonly backend: string;
}

export interface SweepResult {
  readonly model: string;
  readonly generators: readonly TrainedGenerator[];
  readonly summary: SweepSummary;
}

const share = (
  value: number | null,
  { interval, deviation }: { interval: Estimate["interval"]; deviation: number | null },
): string =>
  value === null
    ? "undefined"
    : `${value.toFixed(3)}${deviation === null ? "" : ` ± ${deviation.toFixed(3)}`}${interval ? ` [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : ""}`;

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

const change = (difference: Estimate | undefined): string =>
  difference === undefined || difference.value === null
    ? "–"
    : `${signed(difference.value)}${difference.interval ? ` [${signed(difference.interval.low)}, ${signed(difference.interval.high)}]` : ""}`;

const isGenerated = ({ arm }: Pick<SweepRow, "arm">): boolean => arm.endsWith("generated");
const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** The answer in markdown: every arm and α, what validation chose, and how it was made. */
export function mixTable(results: readonly SweepResult[], protocol: readonly string[]): string {
  const rows = results.flatMap(({ model, summary }, i) =>
    summary.rows
      .filter((row) => i === 0 || isGenerated(row)) // the arms without generated images are the same in every sweep
      .map((row) => {
        const { arm, alpha, numReal, numSynthetic, validation, test, deviation, difference } = row;
        const isChosen = isGenerated(row) && summary.choices.some((choice) => choice.arm === arm && choice.alpha === alpha);
        return [
          isGenerated(row) ? model : "–",
          arm,
          `${alpha}${isChosen ? " *" : ""}`,
          `${sum(numReal)} + ${sum(numSynthetic)}`,
          validation.balancedAccuracy.toFixed(3),
          share(test.accuracy, { interval: test.intervals.accuracy, deviation: deviation.accuracy }),
          change(difference?.accuracy),
          share(test.rocAuc, { interval: test.intervals.rocAuc, deviation: deviation.rocAuc }),
          change(difference?.rocAuc),
        ];
      }),
  );
  const head = [
    "generator",
    "arm",
    "α",
    "real + generated",
    "validation, balanced",
    "accuracy",
    "against α = 0",
    "ROC AUC",
    "against α = 0",
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const choices = results.flatMap(({ model, summary }) =>
    summary.choices.map(({ arm, alpha, against, difference, seedDifferences = [] }) =>
      alpha === 0
        ? `- ${model}, ${arm}: validation chose α = 0, no generated images.`
        : `- ${model}, ${arm}: validation chose α = ${alpha}; against "${against}" the accuracy changes by ${change(difference?.accuracy)}, the ROC AUC by ${change(difference?.rocAuc)}; accuracy by seed: ${seedDifferences.map(signed).join(", ")}.`,
    ),
  );
  const trained = results.flatMap(({ generators }) =>
    generators.map(
      ({ model, class: name, step, minutes, backend }) =>
        `- ${model} of ${name}: ${step} steps in ${minutes.toFixed(1)} minutes, ${backend}.`,
    ),
  );
  const parts = [
    [line(head), line(head.map(() => "---")), ...rows.map(line)],
    [
      "\\* chosen by validation. Behind ±: standard deviation over the seeds; in brackets: 95 % bootstrap intervals over the test lesions.",
    ],
    choices,
    [...protocol.map((text) => `- ${text}`), ...trained],
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}
