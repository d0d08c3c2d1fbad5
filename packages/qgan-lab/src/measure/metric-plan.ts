import { appendFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  createMetricRegistry,
  type Evaluation,
  formatMetricLine,
  type Metric,
  type StyleGanPreset,
  styleGanPresets,
} from "fid-metrics";
import { expect, listKnown } from "repro-kit";
import type { ImageSet } from "./image-set.ts";
import type { PlannedPath } from "./measure-paths.ts";

const SCOPE = "metrics";
/** What was asked for. */
export interface MetricPlan {
  /** Metrics between two sets. */
  readonly metrics: readonly Metric[];
  /** The presets of the StyleGAN tools that asked for some of them. */
  readonly presets: readonly StyleGanPreset[];
  /** Path lengths, which look at a generator instead. */
  readonly paths: readonly PlannedPath[];
}

/** Path lengths stand apart: they need no features. */
const METRICS_OF_KIND = { fid: ["fid"], kid: ["kid-subsets"], pr: ["precision", "recall"], is: ["is"], ppl: [] } as const;

/** Names of metrics and presets as metrics and paths. @throws UsageError for an unknown name. */
export function planMetrics(names: readonly string[]): MetricPlan {
  const registry = createMetricRegistry();
  const presets = styleGanPresets.filter(({ name }) => names.includes(name));
  const known = [...registry.names(), ...styleGanPresets.map(({ name }) => name)];
  for (const name of names) expect(known.includes(name), SCOPE, () => `no metric named "${name}"; ${listKnown(name, known)}`);
  const wanted = [
    ...names.filter((name) => name !== "ppl" && registry.names().includes(name)),
    ...presets.flatMap(({ kind }) => METRICS_OF_KIND[kind]),
  ];
  const paths = [
    ...(names.includes("ppl") ? [{ name: "ppl", isPreset: false }] : []),
    ...presets.flatMap(({ name, path, numGenerated }) =>
      path ? [{ name, ...path, samples: numGenerated, isPreset: true }] : [],
    ),
  ];
  return {
    metrics: [...new Set(wanted)].map((name) => registry.resolve(name)),
    presets: presets.filter(({ kind }) => kind !== "ppl"),
    paths,
  };
}

/**
 * How many real images the presets take at most.
 *
 * @throws UsageError where they are mirrored for a preset that takes them as they are.
 */
export function realLimit(presets: readonly StyleGanPreset[], isMirrored: boolean): number | undefined {
  const current = presets.find(({ isLegacy, maxReal }) => !isLegacy && maxReal > 0);
  expect(
    !(isMirrored && current),
    SCOPE,
    () => `${current?.name} takes the real images as they are: leave --mirror out, or ask for a legacy name such as fid50k.`,
  );
  const limits = presets.map(({ maxReal }) => maxReal).filter((most) => most > 0 && Number.isFinite(most));
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

/** @throws UsageError where presets would not take the same real images. */
export function checkRealLimit(presets: readonly StyleGanPreset[], numReal: number): void {
  const other = presets.find(({ maxReal }) => maxReal > numReal);
  const smaller = presets.find(({ maxReal }) => maxReal === numReal);
  expect(
    !(other && smaller),
    SCOPE,
    () => `${smaller?.name} takes ${numReal} real images, ${other?.name} takes more: measure them one after the other.`,
  );
}

/** @throws UsageError where a preset's number is not that of the images. */
export function checkPresets(presets: readonly StyleGanPreset[], set: ImageSet | undefined, path: string): void {
  for (const { name, numGenerated } of presets)
    expect(
      set?.count === numGenerated,
      SCOPE,
      `${name} stands for ${numGenerated} generated images; ${path} gives ${set?.count ?? "statistics"}. ` +
        "Give as many, or take the metric without a number in its name.",
    );
}

interface NameOptions {
  readonly plan: MetricPlan;
  readonly sets: { readonly real: ImageSet | undefined; readonly generated: ImageSet | undefined };
  /** Before the names of values of another network than Inception. */
  readonly prefix: string;
}

/** Values under the presets' names and, of another network than Inception, under names of their own; what the real images are; no metric that is a picture. */
export function nameValues(evaluation: Evaluation, { plan, sets, prefix }: NameOptions): Evaluation {
  const { values: given, protocol, warnings } = evaluation;
  const values = Object.fromEntries([
    ...Object.entries(given).map(([name, value]) => [`${prefix}${name}`, value] as const),
    ...plan.presets.flatMap((preset) =>
      Object.entries(presetValues(preset, given)).map(([k, v]) => [`${prefix}${k}`, v] as const),
    ),
  ]);
  const isSame = sets.real && sets.generated && sets.real.content() === sets.generated.content();
  return {
    ...evaluation,
    values,
    warnings: isSame ? [`${sets.real?.name} and ${sets.generated?.name} hold the same images.`, ...warnings] : warnings,
    protocol: {
      ...protocol,
      ...(sets.real ? { realContent: sets.real.content() } : {}),
      metrics: protocol.metrics.filter(({ name }) => name !== "neighbours"),
    },
  };
}

function presetValues({ kind, results }: StyleGanPreset, values: Readonly<Record<string, number>>): Record<string, number> {
  const sources = { fid: ["fid"], kid: ["kid-subsets"], pr: ["precision", "recall"], is: ["is", "is-sd"], ppl: ["ppl"] }[kind];
  return Object.fromEntries(results.map((result, i) => [result, values[sources[i]]]));
}

interface LineOptions {
  readonly plan: MetricPlan;
  readonly prefix: string;
  readonly seconds: number;
  /** Name of the snapshot; null for images that come from none. */
  readonly snapshot: string | null;
}

/** Adds a line a metric to metric-<name>.jsonl of a folder. */
export async function appendMetricLines(
  folder: string,
  { values, protocol }: Evaluation,
  { plan, prefix, seconds, snapshot }: LineOptions,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = [
    ...[...plan.metrics, ...plan.presets].map(({ name }) => `${prefix}${name}`),
    ...plan.paths.map(({ name }) => name),
  ];
  for (const name of names) {
    const isOwn = (key: string): boolean => key === name || key.startsWith(`${name}-`) || key.startsWith(`${name}_`);
    // "kid-subsets" begins as "kid" does, and is a metric of its own.
    const longer = names.filter((other) => other.length > name.length && other.startsWith(name));
    const isOthers = (key: string): boolean => longer.some((other) => key === other || key.startsWith(`${other}-`));
    const results = Object.fromEntries(Object.entries(values).filter(([key]) => isOwn(key) && !isOthers(key)));
    if (Object.keys(results).length === 0) continue;
    const line = formatMetricLine({
      metric: name,
      results,
      seconds,
      snapshot,
      timestamp: Date.now() / 1000,
      protocol,
    });
    appendFileSync(join(folder, `metric-${name}.jsonl`), `${line}\n`);
  }
}
