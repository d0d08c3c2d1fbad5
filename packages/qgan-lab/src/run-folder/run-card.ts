import { basename, join } from "node:path";
import { latestCheckpoint, readManifest } from "qgan-core/node";
import { writeFileAtomic } from "repro-kit/node";
import { formatModelCard } from "./model-card.ts";
import { readOptionsFile } from "./options-file.ts";
import { readScores } from "./run-log.ts";

/** Writes model-card.md of a run with at least one checkpoint: what it is, where it comes from, how good it is. */
export async function writeRunCard(run: string): Promise<void> {
  const { model, data, training, versions } = await readOptionsFile(run);
  const folder = await latestCheckpoint(run);
  if (!folder) return;
  const { step, images, files } = await readManifest(folder);
  const newest = new Map(readScores(run).map((line) => [line.metric, line]));
  const card = formatModelCard({
    title: `${model.name}, ${data.class ?? "all images"} of ${data.name}`,
    kind: "generator",
    fromPhantoms: data.isPhantom,
    provenance: {
      model: `${model.name}${model.preset ? `, preset ${model.preset}` : ""}, ${model.numParameters} trained parameters`,
      "training images": `${data.numTrain} of ${data.name}${data.class === undefined ? "" : `, class ${data.class}`}; ${data.numHeldOut} held out`,
      "dataset digest (sha256)": data.digest,
      checkpoint: `${basename(folder)}, ${images} images seen`,
      "checkpoint's averaged weights (sha256)": files["ema.safetensors"].sha256,
      seed: String(training.seed),
      step: String(step),
      ...versions,
    },
    scores: Object.fromEntries(
      [...newest.values()].map((line) => [
        `${line.title}, step ${line.step}`,
        `${Number(line.value.toPrecision(4))}${line.realValue === undefined ? "" : ` (real images: ${Number(line.realValue.toPrecision(4))})`}`,
      ]),
    ),
  });
  await writeFileAtomic(join(run, "model-card.md"), card);
}
