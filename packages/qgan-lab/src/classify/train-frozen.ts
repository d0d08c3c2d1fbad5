import {
  accuracy,
  type Backbone,
  backbones,
  balancedAccuracy,
  type Classifier,
  confusionMatrix,
  extractFeatures,
  headClassifier,
  type LabelledFeatures,
  logLoss,
  predictedClasses,
  predictHead,
  selectImages,
  type TrainingSettings,
  trainHead,
  type ValidationScores,
} from "classifier-eval";
import { createRng } from "repro-kit";
import { cloneParams, disposeParams } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { folderStore } from "./classifier-folder.ts";
import type { StudyData } from "./study-data.ts";
import type { StudySettings } from "./study-settings.ts";

/** Whether the backbone sees every image the same way each time, so that its features need to be computed only once. */
export function isFrozen({ frozenStages, augment = "flips", focalGamma = 0, accumulate = 1 }: StudySettings): boolean {
  return frozenStages === "all" && augment === "none" && focalGamma === 0 && accumulate === 1;
}

export interface FrozenOptions {
  readonly settings: TrainingSettings;
  readonly seed: number;
  /** Folder of the features, kept by the content of images and weights. */
  readonly features: string;
}

/**
 * Trains a head on features that are computed once and kept in a folder: what training with all stages frozen does, without running the
 * backbone again at every step. Interrupted, the features that are there are read the next time.
 */
export async function trainFrozen(
  { source, split, classes }: Pick<StudyData, "source" | "split" | "classes">,
  { settings, seed, features }: FrozenOptions,
  { onFact, signal }: LabHooks,
): Promise<{ readonly classifier: Classifier; readonly validation: ValidationScores; readonly epochs: number }> {
  const backbone: Backbone = backbones.resolve(settings.backbone ?? "compact-cnn");
  const rng = createRng(seed).fork("classifier");
  const params = settings.weights
    ? cloneParams(settings.weights)
    : backbone.init(rng.fork("backbone"), { channels: source.imageShape[2] });
  try {
    const partOf = async (name: string): Promise<LabelledFeatures> => {
      const data = selectImages(source, split.part(name));
      const onBatch = ({ done, total }: { done: number; total: number }): void =>
        onFact?.({ kind: "progress", part: `Features, ${name}`, unit: "image", done, total, fraction: done / total });
      const store = folderStore(features);
      return {
        features: await extractFeatures({ backbone, params, data, store, onBatch, ...(signal ? { signal } : {}) }),
        labels: data.labels ?? [],
      };
    };
    const [train, validation] = [await partOf("train"), await partOf("validation")];
    const { epochs = 20, batchSize, learningRate, weightDecay, labelSmoothing, classWeights, patience } = settings;
    const given = { epochs, batchSize, learningRate, weightDecay, labelSmoothing, classWeights, patience };
    const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const training = trainHead({ train, validation, numClasses: classes.length, rng, ...defined });
    let done = 0;
    for await (const { epoch, loss, validationLoss } of training) {
      done = epoch;
      const values = { loss, ...(validationLoss === undefined ? {} : { validation: validationLoss }) };
      onFact?.({
        kind: "progress",
        part: "Training the head",
        unit: "epoch",
        done,
        total: epochs,
        fraction: done / epochs,
        values,
      });
    }
    const head = training.head();
    const predictions = predictHead(head, validation, classes.length);
    const confusion = confusionMatrix(predictions.labels, predictedClasses(predictions), { numClasses: classes.length });
    return {
      classifier: headClassifier({ backbone, params, head, classes, imageShape: source.imageShape }),
      validation: { loss: logLoss(predictions), accuracy: accuracy(confusion), balancedAccuracy: balancedAccuracy(confusion) },
      epochs: done,
    };
  } finally {
    disposeParams(params);
  }
}
