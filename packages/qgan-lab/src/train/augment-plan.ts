import { createAdaptiveP, createPipeline } from "ada-augment";
import type { AugmentHook, GanModel, JsonObject } from "qgan-core";
import { expect, listKnown } from "repro-kit";
import type { TrainRunOptions } from "./train-options.ts";

/** "noaug" is the StyleGAN2-ADA program's name for none. */
const AUGMENTATIONS = ["none", "noaug", "ada", "fixed"];

/** What a run's options say of augmentation, as plain data. @throws UsageError for what excludes one another or is out of range. */
export function planAugmentation({
  augment = "none",
  augmentPipeline = "basic",
  augmentP,
  augmentTarget,
}: TrainRunOptions): JsonObject | null {
  expect(AUGMENTATIONS.includes(augment), "train", () => `no augmentation "${augment}"; ${listKnown(augment, AUGMENTATIONS)}`);
  checkAugmentP({ augment, augmentP });
  if (augment === "none" || augment === "noaug") return null;
  if (augment === "fixed") return { kind: augment, pipeline: augmentPipeline, p: augmentP ?? 0.2 };
  return { kind: augment, pipeline: augmentPipeline, ...(augmentTarget === undefined ? {} : { target: augmentTarget }) };
}

/** @throws UsageError if a fixed probability is none, or stands beside another kind of augmentation. */
export function checkAugmentP({ augment, augmentP }: Pick<TrainRunOptions, "augment" | "augmentP">): void {
  expect(
    augment === "fixed" || augmentP === undefined,
    "train",
    'a fixed p (--p) belongs to the augmentation "fixed" (--aug fixed); "ada" finds its own.',
  );
  expect(
    augmentP === undefined || (augmentP >= 0 && augmentP <= 1),
    "train",
    `p, the probability of each augmentation, must lie in [0, 1]; got ${augmentP}.`,
  );
}

/** The augmentation that a plan describes. @throws UsageError if the model has no discriminator that sees images. */
export function createAugmentation(plan: JsonObject | null, model: GanModel): AugmentHook | undefined {
  if (!plan) return undefined;
  expect(
    model.judgesImages,
    "train",
    `augmentation acts on what an image discriminator sees; ${model.name} with these options has none. Leave it out, or set latentFusion to "image" or "both".`,
  );
  const pipeline = createPipeline(String(plan.pipeline));
  if (plan.kind === "fixed") return { pipeline, p: Number(plan.p) };
  const numbers = Object.fromEntries(
    (["target", "rampKimg"] as const).flatMap((name) => (plan[name] === undefined ? [] : [[name, Number(plan[name])]])),
  );
  return { pipeline, controller: createAdaptiveP(numbers) };
}
