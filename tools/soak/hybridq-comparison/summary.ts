import type { Measurement, SampleMeter } from "./measure-samples.ts";
import type { Variant } from "./variants.ts";

/** One run, measured. */
export interface RunResult {
  readonly variant: string;
  readonly seed: number;
  readonly backend: string;
  readonly parameters: number;
  readonly steps: number;
  readonly trainMinutes: number;
  readonly quantumShare: number;
  /** At each snapshot, the last being the end. */
  readonly curve: readonly { readonly minutes: number; readonly step: number; readonly measurement: Measurement }[];
}

/** Tables in markdown: one line a variant (mean ± standard deviation over seeds), one line a run, and the curves. */
export function summarise(
  results: readonly RunResult[],
  variants: readonly Variant[],
  real: Pick<SampleMeter, "floor" | "realPairwise">,
): string {
  const { floor, realPairwise } = real;
  const groups = variants.map((variant) => ({ variant, runs: results.filter((run) => run.variant === variant.name) }));
  const last = ({ curve }: RunResult): Measurement => curve[curve.length - 1].measurement;
  const columns: readonly (readonly [string, (run: RunResult) => number, number])[] = [
    ["steps", (run) => run.steps, 0],
    ["FID768 train", (run) => last(run).train[768].fid, 3],
    ["FID768 test", (run) => last(run).test[768].fid, 3],
    ["KID768 train", (run) => last(run).train[768].kid, 5],
    ["KID768 test", (run) => last(run).test[768].kid, 5],
    ["FID192 train", (run) => last(run).train[192].fid, 1],
    ["FID192 test", (run) => last(run).test[192].fid, 1],
    ["KID192 train", (run) => last(run).train[192].kid, 2],
    ["KID192 test", (run) => last(run).test[192].kid, 2],
    ["pairwise", (run) => last(run).pairwise, 1],
  ];
  const lines = [
    `| model | runs | ${columns.map(([name]) => name).join(" | ")} |`,
    `|---|---|${columns.map(() => "---|").join("")}`,
    ...groups
      .filter(({ runs }) => runs.length > 0)
      .map(({ variant, runs }) => {
        const cells = columns.map(([, value, digits]) => spread(runs.map(value), digits));
        return `| ${variant.description} | ${runs.length} | ${cells.join(" | ")} |`;
      }),
    `| real training images | | | | ${floor[768].fid.toFixed(3)} | | ${floor[768].kid.toFixed(5)} | | ${floor[192].fid.toFixed(1)} | | ${floor[192].kid.toFixed(2)} | ${realPairwise.toFixed(1)} |`,
    "",
    `| run | backend | parameters | minutes | circuits' share | ${columns.map(([name]) => name).join(" | ")} |`,
    `|---|---|---|---|---|${columns.map(() => "---|").join("")}`,
    ...results.map((run) => {
      const cells = columns.map(([, value, digits]) => value(run).toFixed(digits));
      const share = `${(100 * run.quantumShare).toFixed(1)} %`;
      return `| ${run.variant}, seed ${run.seed} | ${run.backend} | ${run.parameters} | ${run.trainMinutes.toFixed(1)} | ${share} | ${cells.join(" | ")} |`;
    }),
    "",
    "FID768 against the test images, minute by minute of training:",
    "",
    ...results.map((run) => {
      const points = run.curve.map(
        ({ minutes, step, measurement }) => `${minutes} min (${step}): ${measurement.test[768].fid.toFixed(3)}`,
      );
      return `- ${run.variant}, seed ${run.seed}: ${points.join(", ")}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function spread(values: readonly number[], digits: number): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return mean.toFixed(digits);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(digits)} ± ${Math.sqrt(variance).toFixed(digits)}`;
}
