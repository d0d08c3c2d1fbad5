import type { LabelledSource } from "../data/image-source.ts";
import type { Predictions } from "../metrics/predictions.ts";
import type { Classifier } from "./classifier.ts";

/** The answers of several classifiers, each image read once. */
export async function predictAll(
  classifiers: readonly Pick<Classifier, "predict" | "classes">[],
  source: LabelledSource,
  batchSize: number,
): Promise<Predictions[]> {
  const { labels, count } = source;
  const results = classifiers.map(({ classes }) => ({
    labels,
    numClasses: classes.length,
    probabilities: new Float64Array(count * classes.length),
  }));
  for (let start = 0; start < count; start += batchSize) {
    const indices = Array.from({ length: Math.min(batchSize, count - start) }, (_, k) => start + k);
    const images = await source.images(indices);
    for (let c = 0; c < classifiers.length; c++)
      results[c].probabilities.set(await classifiers[c].predict(images), start * classifiers[c].classes.length);
  }
  return results;
}
