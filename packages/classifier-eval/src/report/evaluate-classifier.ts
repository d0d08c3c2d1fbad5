import { type ClassifierData, openSource } from "../data/image-source.ts";
import type { Classifier } from "../training/classifier.ts";
import { predictAll } from "../training/predict-all.ts";
import { type ClassifierReport, classificationReport, type ReportOptions } from "./classification-report.ts";

export type EvaluateOptions = Omit<ReportOptions, "classes"> & {
  /** Images a batch. @defaultValue 64 */
  readonly batchSize?: number;
};

/**
 * Runs a classifier over test images and reports every score with its interval.
 *
 * @throws UsageError if the images do not fit the classifier.
 */
export async function evaluateClassifier(
  classifier: Classifier,
  test: ClassifierData,
  { batchSize = 64, ...options }: EvaluateOptions = {},
): Promise<ClassifierReport> {
  const { classes } = classifier;
  const source = openSource("evaluateClassifier", test, classes.length);
  const [predictions] = await predictAll([classifier], source, batchSize);
  return classificationReport(predictions, { ...options, classes });
}
