import type { GanModel, GanStep, GanTraining, JsonObject } from "qgan-core";
import type { ScoreLine } from "../../report/report-data.ts";
import type { TrainingData } from "../../run-folder/training-data.ts";

/** What a watch is begun with. */
export interface WatchScene {
  readonly data: Pick<TrainingData, "dataset" | "train" | "heldOut">;
  readonly model: Pick<GanModel, "generator" | "judge">;
  readonly seed: number;
  /** The run's augmentation. */
  readonly augment: JsonObject | null;
  /** Tells the user what was seen and what to do; a watch says it once. */
  readonly say: (text: string) => void;
}

/** A snapshot as a watch sees it. */
export interface WatchedSnapshot {
  readonly step: number;
  /** Share of the run that is done. */
  readonly fraction: number;
  /** The sample grid's images, uint8 NHWC. */
  readonly pixels: Uint8Array;
  /** Their classes, of a conditional model. */
  readonly labels?: readonly number[];
  readonly training: Pick<GanTraining, "params" | "ema" | "model">;
}

/** A number that a watch measured at a snapshot. */
export type WatchScore = Omit<ScoreLine, "step" | "images">;

/** Looks at a training for one kind of failure. */
export interface Watch {
  /** Every step. */
  step?(step: GanStep): void;
  /** Every snapshot; what it measured goes into metric-*.jsonl, the events and the report. */
  snapshot?(snapshot: WatchedSnapshot): Promise<readonly WatchScore[]>;
}

/** A kind of failure; the name is what `--stop-on` takes. */
export interface WatchKind {
  readonly name: string;
  readonly description: string;
  create(scene: WatchScene): Promise<Watch>;
}

/** Early samples are alike in every run, and early scores chance. */
export const isEarly = ({ step, fraction }: Pick<WatchedSnapshot, "step" | "fraction">): boolean =>
  fraction < FROM_FRACTION || step < FROM_STEP;
const FROM_FRACTION = 0.25;
const FROM_STEP = 100;

/** A function that speaks once. */
export function once(say: (text: string) => void): (text: string) => void {
  let isSaid = false;
  return (text) => {
    if (!isSaid) say(text);
    isSaid = true;
  };
}

/** Images of the dataset that stand for all of a part, spread evenly over it. */
export function spreadOver(indices: readonly number[], most: number): readonly number[] {
  if (indices.length <= most) return indices;
  return Array.from({ length: most }, (_, i) => indices[Math.floor((i * indices.length) / most)]);
}
