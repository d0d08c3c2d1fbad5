import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { formatMetricLine } from "fid-metrics";
import { checkpointName } from "qgan-core/node";
import { createEventFile, type EventFile } from "../events/event-file.ts";
import type { ScoreLine, StatsLine } from "../report/report-data.ts";
import type { TickLine } from "../train/tick-stats.ts";
import { appendJsonLine, filterJsonLines, readJsonLines } from "./json-lines.ts";

/** A snapshot of a run: a sample grid and the checkpoint of the same step; a line of snapshots.jsonl. */
export interface SnapshotLine {
  readonly step: number;
  readonly images: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** Seconds spent on samples and checkpoints so far. */
  readonly savingSeconds: number;
  /** File of the sample grid. */
  readonly grid: string;
  readonly checkpoint: string;
}

/** The text files of a run folder. */
export interface RunLog {
  readonly events: EventFile;
  /** A line of log.txt with the time. */
  say(text: string): void;
  /** @param tick - What the StyleGAN2-ADA program writes at the end of a tick, where one ends. */
  stats(line: StatsLine, tick?: TickLine): void;
  snapshot(line: SnapshotLine): void;
}

const STATS = "stats.jsonl";
const SNAPSHOTS = "snapshots.jsonl";
const LOG = "log.txt";

/**
 * Opens the logs of a run; on resume, what they say of later steps than the checkpoint's is dropped, since those steps are
 * done again.
 */
export async function openRunLog(runFolder: string, startStep: number): Promise<RunLog> {
  const stats = join(runFolder, STATS);
  const snapshots = join(runFolder, SNAPSHOTS);
  for (const path of [stats, snapshots, ...scoreFiles(runFolder)])
    await filterJsonLines<{ readonly step: number }>(path, ({ step }) => step <= startStep);
  const events = createEventFile(runFolder, startStep);
  return {
    events,
    say: (text) => appendFileSync(join(runFolder, LOG), `${new Date().toISOString()} ${text}\n`),
    stats(line, tick = {}) {
      appendJsonLine(stats, { ...line, ...tick });
      const means = Object.entries(tick).flatMap(([name, entry]) =>
        typeof entry === "number" || entry.mean === null ? [] : [[name, entry.mean] as const],
      );
      events.scalars(line.step, { ...line.values, ...Object.fromEntries(means) });
    },
    snapshot: (line) => appendJsonLine(snapshots, line),
  };
}

export const readStats = (runFolder: string): StatsLine[] => readJsonLines<StatsLine>(join(runFolder, STATS));
/** Ticks of the StyleGAN2-ADA program that a run has behind it. */
export const countTicks = (runFolder: string): number =>
  readJsonLines<object>(join(runFolder, STATS)).filter((line) => "Progress/tick" in line).length;
export const readSnapshots = (runFolder: string): SnapshotLine[] => readJsonLines<SnapshotLine>(join(runFolder, SNAPSHOTS));

/** A measurement of one or a few numbers, such as precision and recall. */
export interface MetricEntry extends Omit<ScoreLine, "value" | "realValue"> {
  /** By name. */
  readonly results: Readonly<Record<string, number>>;
  readonly realValue?: number;
  /** Seconds that it took. */
  readonly seconds: number;
  /** The checkpoint that it is of. */
  readonly snapshot: string;
}

/** Adds a measurement to metric-<name>.jsonl: the fields of the StyleGAN tools, and ours behind them. */
export function appendMetric(runFolder: string, { results, seconds, snapshot, ...line }: MetricEntry): void {
  const { metric } = line;
  const timestamp = Date.now() / 1000;
  const told = JSON.parse(formatMetricLine({ metric, results, seconds, snapshot, timestamp })) as object; // an object, by its definition
  appendJsonLine(join(runFolder, `metric-${metric}.jsonl`), { ...told, ...line });
}

/** Adds a measurement of one number. @param seconds - That it took. */
export function appendScore(runFolder: string, { value, ...line }: ScoreLine, seconds = 0): void {
  appendMetric(runFolder, { ...line, results: { [line.metric]: value }, seconds, snapshot: checkpointName(line.step) });
}

type StoredScore = Omit<ScoreLine, "value"> & { readonly value?: number; readonly results?: Readonly<Record<string, number>> };

/** All measurements of a run, by file and then by time; a number a line, deviations left out. */
export const readScores = (runFolder: string): ScoreLine[] =>
  scoreFiles(runFolder)
    .flatMap((path) => readJsonLines<StoredScore>(path))
    .flatMap(({ results, value, step, images, metric, title, interval, better, realValue, protocol }): ScoreLine[] => {
      const names = Object.entries(results ?? { [metric]: value ?? Number.NaN }).filter(([name]) => !name.endsWith("_std"));
      const more = { ...(interval ? { interval } : {}), ...(realValue === undefined ? {} : { realValue }) };
      return names.map(([name, one]) => ({
        ...{ step, images, metric: name, value: one, better, protocol, ...more },
        title: names.length > 1 ? `${title}: ${name}` : title,
      }));
    });

const scoreFiles = (runFolder: string): string[] =>
  readdirSync(runFolder)
    .filter((name) => /^metric-.*\.jsonl$/.test(name))
    .sort()
    .map((name) => join(runFolder, name));
