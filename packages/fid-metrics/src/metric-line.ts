import { checkOptions, expect, UsageError } from "repro-kit";
import type { EvaluationProtocol } from "./evaluate.ts";

/** A line of metric-<name>.jsonl. */
export interface MetricLine {
  /** Name of the preset or metric, e.g. "fid50k_full". */
  readonly metric: string;
  /** Values by name: `{ fid50k_full: 3.2 }`; of KID and IS also `…_mean`, `…_std`. */
  readonly results: Readonly<Record<string, number>>;
  /** Seconds that it took. */
  readonly seconds: number;
  /** Name of the snapshot within its run folder; null for images that come from none. */
  readonly snapshot: string | null;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Added to what the StyleGAN tools write, which pass over it. */
  readonly protocol?: EvaluationProtocol;
}

const SCOPE = "metricLine";

/**
 * A measurement as the line of JSON that the StyleGAN tools append to metric-<name>.jsonl: results, metric, total_time,
 * total_time_str, num_gpus, snapshot_pkl, timestamp; and, behind those, our protocol. Ends without a line feed.
 *
 * @throws UsageError for no result, or one that is NaN or infinite.
 * @see NVlabs/stylegan2-ada-pytorch, metrics/metric_main.py, `report_metric`.
 */
export function formatMetricLine(line: MetricLine): string {
  checkOptions(SCOPE, line, ["metric", "results", "seconds", "snapshot", "timestamp", "protocol"]);
  const { metric, results, seconds, snapshot, timestamp, protocol } = line;
  expect(Object.keys(results).length > 0, SCOPE, `${metric} has no result.`);
  for (const [name, value] of Object.entries(results))
    expect(Number.isFinite(value), SCOPE, `results must be finite; got ${value} for ${name}.`);
  return JSON.stringify({
    results,
    metric,
    total_time: seconds,
    total_time_str: formatTime(seconds),
    num_gpus: 1,
    snapshot_pkl: snapshot,
    timestamp,
    ...(protocol ? { protocol } : {}),
  });
}

/**
 * Reads the text of a metric-*.jsonl, ours or of the StyleGAN tools; empty lines are passed over.
 *
 * @throws UsageError that names the line which is none.
 */
export function parseMetricLines(text: string): readonly MetricLine[] {
  return text.split("\n").flatMap((line, i) => (line.trim() === "" ? [] : [parseLine(line, i + 1)]));
}

function parseLine(text: string, number: number): MetricLine {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`[${SCOPE}] line ${number} is not JSON: ${text.slice(0, 60)}. Take it out.`, { cause });
  }
  const isObject = typeof told === "object" && told !== null;
  const { metric, results, total_time, snapshot_pkl, timestamp, protocol } = (isObject ? told : {}) as Record<string, unknown>;
  const isLine =
    typeof metric === "string" &&
    typeof results === "object" &&
    results !== null &&
    Object.values(results).every((value) => typeof value === "number");
  expect(isLine, SCOPE, `line ${number} holds no metric with its results: ${text.slice(0, 60)}. Take it out.`);
  return {
    metric,
    results: results as Record<string, number>, // looked at above
    seconds: Number(total_time ?? 0),
    snapshot: typeof snapshot_pkl === "string" ? snapshot_pkl : null,
    timestamp: Number(timestamp ?? 0),
    ...(protocol ? { protocol: protocol as EvaluationProtocol } : {}), // our own; its readers compare fields
  };
}

/** "12s", "1m 02s", "1h 02m 03s", "1d 02h 03m", as `dnnlib.util.format_time`. */
function formatTime(seconds: number): string {
  const whole = roundHalfEven(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [s, m, h] = [whole % 60, Math.floor(whole / 60), Math.floor(whole / 3600)];
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${m}m ${two(s)}s`;
  if (whole < 86400) return `${h}h ${two(m % 60)}m ${two(s)}s`;
  return `${Math.floor(whole / 86400)}d ${two(h % 24)}h ${two(m % 60)}m`;
}

/** As `numpy.rint`. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
