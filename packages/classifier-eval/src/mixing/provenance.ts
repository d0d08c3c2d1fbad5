import { UsageError } from "repro-kit";

/** Where generated images come from. */
export interface GeneratorProvenance {
  readonly model: string;
  /** Name or digest of the checkpoint that drew them. */
  readonly checkpoint: string;
  /** Seeds of the images, as text: "0-499". */
  readonly seeds: string;
  /** Indices of the real images that the generator was trained on. */
  readonly trainedOn: readonly number[];
}

/**
 * Refuses generators that were trained on images outside the training part: what they draw would carry test images into the training.
 *
 * @throws UsageError that names the generators and lists every offending image; its `offending` holds the same list.
 */
export function checkProvenance(
  scope: string,
  provenance: readonly GeneratorProvenance[],
  trainingPart: readonly number[],
): void {
  const own = new Set(trainingPart);
  const foreign = provenance
    .map(({ model, checkpoint, trainedOn }) => ({ model, checkpoint, images: trainedOn.filter((i) => !own.has(i)) }))
    .filter(({ images }) => images.length > 0);
  if (foreign.length === 0) return;
  const sentences = foreign.map(
    ({ model, checkpoint, images }) =>
      `${model} (${checkpoint}) was trained on ${images.length} images outside the training part: ${images.join(", ")}`,
  );
  const error = new UsageError(`[${scope}] ${sentences.join("; ")}. Train it on the training part only.`);
  throw Object.assign(error, { offending: [...new Set(foreign.flatMap(({ images }) => images))].sort((a, b) => a - b) });
}
