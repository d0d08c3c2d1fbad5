import { checkOptions, expect } from "repro-kit";
import { type Predictions, predictedClasses } from "../metrics/predictions.ts";

export interface Mistake {
  /** Position among the images. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Probability of the class that was said. */
  readonly confidence: number;
}

/** Images that got a wrong class, the surest first. @param options.most - @defaultValue 24 */
export function confidentMistakes(predictions: Predictions, options: { readonly most?: number } = {}): Mistake[] {
  checkOptions("confidentMistakes", options, ["most"]);
  const { most = 24 } = options;
  expect(Number.isInteger(most) && most >= 0, "confidentMistakes", `most must be an integer ≥ 0; got ${most}.`);
  const { labels, probabilities, numClasses } = predictions;
  const said = predictedClasses(predictions);
  return Array.from(said, (predicted, index): Mistake => {
    return { index, label: labels[index], predicted, confidence: probabilities[index * numClasses + predicted] };
  })
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.confidence - a.confidence || a.index - b.index)
    .slice(0, most);
}
