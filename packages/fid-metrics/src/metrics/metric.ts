import type { Rng } from "repro-kit";
import type { Labels } from "../class-frechet-distance.ts";
import type { Features } from "../features.ts";
import type { ImageArray } from "../images.ts";
import type { FeatureStatistics } from "../moments.ts";
import type { PerceptualPathLengthOptions } from "../perceptual-path-length.ts";

/** What a metric may look at besides the features of both sides. */
export interface MetricMaterial {
  /** `logits_unbiased` of the generated images. */
  readonly logits?: Features;
  /** A sample of at most 2048 images a side. */
  readonly images?: { readonly real: ImageArray; readonly generated: ImageArray };
  /** Every image of each side, and the held-out ones where they were given. */
  readonly allImages?: { readonly real: ImageArray; readonly generated: ImageArray; readonly heldOut?: ImageArray };
  /** Features of real images that the generator was not trained on. */
  readonly heldOut?: Features;
  /** Class of each image. */
  readonly labels?: { readonly real: Labels; readonly generated: Labels };
  /** A generator to walk through, what measures the steps, and how: the `path` of a StyleGAN preset goes in here. */
  readonly path?: Omit<PerceptualPathLengthOptions, "rng" | "onProgress" | "signal">;
}

export type MetricNeed = keyof MetricMaterial;

/** A number, or a few, from two feature sets and what else it asks for. */
export interface Metric {
  readonly name: string;
  /** The paper that defines it. */
  readonly source: string;
  readonly better: "lower" | "higher";
  /** What it cannot do without; `material` then holds it. */
  readonly needs?: readonly MetricNeed[];
  /** Below this many samples a side a result carries a warning. */
  readonly fewestSamples?: number;
  /** Values by name; the first name is the metric's own. A metric that draws nothing leaves `rng` alone. */
  compute(
    real: Features,
    generated: Features,
    rng: Rng,
    material?: MetricMaterial,
  ): Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
  /** The same from statistics, for a metric that needs no more: then features need not be kept. */
  fromStatistics?(real: FeatureStatistics, generated: FeatureStatistics): Readonly<Record<string, number>>;
}

/** The material that a metric said it needs. */
export function required<N extends MetricNeed>(
  metric: string,
  material: MetricMaterial | undefined,
  need: N,
): NonNullable<MetricMaterial[N]> {
  const given = material?.[need];
  if (given === undefined) throw new Error(`bug: ${metric} was computed without ${need}, which it needs.`);
  return given as NonNullable<MetricMaterial[N]>; // not undefined, as looked at above
}
