import { keepBest } from "qgan-core/node";
import { addRemark } from "../run-folder/remarks.ts";
import { writeRunCard } from "../run-folder/run-card.ts";
import type { MeasureRunResult } from "./measure-run.ts";

/** Draws the consequences of a measurement for its run: the best snapshot, the model card, what the report says. */
export async function recordScores(run: string, { scores, mainMetric, step, missing }: MeasureRunResult): Promise<void> {
  const main = scores.find(({ metric }) => metric === mainMetric);
  if (main) await keepBest(run, { step, metric: main.metric, value: main.value, better: "lower" });
  if (missing !== undefined) addRemark(run, missing);
  await writeRunCard(run);
}
