import { checkOptions, expect } from "repro-kit";
import type { Features } from "../features.ts";
import type { ImageArray } from "../images.ts";
import { meanNearestDistances, nearestNeighbours } from "../neighbours/nearest-neighbours.ts";
import { type CopyMatch, createCopyFinder } from "./find-copies.ts";

/** Of one set: its images, its features, or both. */
export interface AuditedSet {
  readonly images?: ImageArray;
  readonly features?: Features;
}

export interface MemorisationAuditOptions {
  /** What the generator was trained on. */
  readonly training: AuditedSet;
  readonly generated: AuditedSet;
  /** Real images that it has not seen, of other patients: what the same rule says of them is the false alarm. */
  readonly heldOut: AuditedSet;
  /** Pixel score below which an image counts as a copy. Default 0.5. */
  readonly pixelThreshold?: number;
  /** Share of held-out images that the rule by feature may flag. Default 0.01. */
  readonly falseAlarm?: number;
}

/** What one rule says. */
export interface MemorisationFinding {
  readonly threshold: number;
  /** Share of generated images that count as copies. */
  readonly copied: number;
  /** The same share of held-out real images: what the rule says where nothing was copied. */
  readonly falseAlarm: number;
  /** Of each generated image: the nearest training image and the score; a copy where the score is below the threshold. */
  readonly matches: readonly { readonly trainingIndex: number; readonly score: number; readonly isFlipped?: boolean }[];
}

export interface MemorisationAudit {
  readonly byPixel?: MemorisationFinding;
  readonly byFeature?: MemorisationFinding;
}

/** Measured (precision.md): copies stay below, other images of four kinds above. */
const PIXEL_THRESHOLD = 0.5;
/** Neighbours that the nearest distance is judged against. */
const NEIGHBOURS = 50;
const SCOPE = "auditMemorisation";

/**
 * Which generated images are copies of training images, by pixel (`createCopyFinder`: mirrored, moved, brightened and compressed
 * copies) and by feature (distance to the nearest training image over the mean distance to the nearest 50, with the threshold that
 * lets `falseAlarm` of the held-out images through). Held-out images that are flagged by pixel beyond some percent hint at
 * a leak between the two sets.
 *
 * @throws UsageError where neither images nor features are there for all three sets, or for sizes that do not fit.
 * @see Carlini et al. 2023, arXiv:2301.13188, Sec. 4.2; van den Burg, Williams 2021, arXiv:2106.03216 (judging against held-out data).
 */
export function auditMemorisation(options: MemorisationAuditOptions): MemorisationAudit {
  checkOptions(SCOPE, options, ["training", "generated", "heldOut", "pixelThreshold", "falseAlarm"]);
  const { training, generated, heldOut, pixelThreshold = PIXEL_THRESHOLD, falseAlarm = 0.01 } = options;
  expect(pixelThreshold > 0 && pixelThreshold <= 1, SCOPE, `pixelThreshold must lie in (0, 1]; got ${pixelThreshold}.`);
  expect(falseAlarm > 0 && falseAlarm < 1, SCOPE, `falseAlarm must lie between 0 and 1; got ${falseAlarm}.`);
  const byPixel =
    training.images && generated.images && heldOut.images
      ? auditPixels({ training: training.images, generated: generated.images, heldOut: heldOut.images }, pixelThreshold)
      : undefined;
  const byFeature =
    training.features && generated.features && heldOut.features
      ? auditFeatures({ training: training.features, generated: generated.features, heldOut: heldOut.features }, falseAlarm)
      : undefined;
  expect(byPixel || byFeature, SCOPE, "images, or features, are needed of all three: training, generated and heldOut.");
  return { ...(byPixel ? { byPixel } : {}), ...(byFeature ? { byFeature } : {}) };
}

interface Sets<T> {
  readonly training: T;
  readonly generated: T;
  readonly heldOut: T;
}

function auditPixels({ training, generated, heldOut }: Sets<ImageArray>, threshold: number): MemorisationFinding {
  const finder = createCopyFinder(training);
  const matches: readonly CopyMatch[] = finder.find(generated);
  return { threshold, matches, copied: shareBelow(matches, threshold), falseAlarm: shareBelow(finder.find(heldOut), threshold) };
}

function auditFeatures({ training, generated, heldOut }: Sets<Features>, falseAlarm: number): MemorisationFinding {
  const scoreAll = (query: Features): { trainingIndex: number; score: number }[] => {
    const { indices, distances } = nearestNeighbours(query, training);
    const around = meanNearestDistances(query, training, NEIGHBOURS);
    return Array.from(indices, (trainingIndex, i) => ({ trainingIndex, score: around[i] > 0 ? distances[i] / around[i] : 0 }));
  };
  const [matches, others] = [scoreAll(generated), scoreAll(heldOut)];
  const sorted = others.map(({ score }) => score).sort((a, b) => a - b);
  const threshold = sorted[Math.floor(falseAlarm * sorted.length)];
  return { threshold, matches, copied: shareBelow(matches, threshold), falseAlarm: shareBelow(others, threshold) };
}

const shareBelow = (matches: readonly { readonly score: number }[], threshold: number): number =>
  matches.filter(({ score }) => score < threshold).length / matches.length;
