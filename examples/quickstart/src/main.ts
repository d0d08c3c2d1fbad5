// Draws phantom lesions, trains a small HybridQ on them, and writes generated images: the packages without the command line.
// Run: npm start -- [--tiny] [--out folder]
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { drawSkinLesions, encodePng, openDatasetZip, SKIN_LESION_CLASSES, writeDatasetZip } from "dataset-zip";
import { createBatchSource, createModel, generate, trainGan } from "qgan-core";
import { makeImageGrid } from "qgan-lab";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";

const { values } = parseArgs({
  options: { tiny: { type: "boolean", default: false }, out: { type: "string", default: "quickstart" } },
});
const preset = values.tiny ? "tiny" : "demo32";
const steps = values.tiny ? 5 : 800;

const { backend, reason } = await ready();
console.log(`Backend ${backend}: ${reason}`);

// 1. A dataset: here phantoms; `importImages` of dataset-zip/node reads photographs.
const model = createModel("hybridq", { preset });
const [size] = model.generator.imageShape;
const classes = SKIN_LESION_CLASSES.slice(0, 1);
const dataset = await openDatasetZip(await writeDatasetZip(drawSkinLesions({ count: 200, size, seed: 0, classes }), { classes }));

// 2. Training: an async iterator over steps. Every random number comes from the seed.
const data = createBatchSource({ dataset, batchSize: 8, rng: createRng(0).fork("data") });
const training = trainGan({ model, data, steps, seed: 0 });
for await (const { step, losses } of training)
  if (step % Math.ceil(steps / 10) === 0) console.log(`step ${step}: D ${losses.lossD.toFixed(3)} G ${losses.lossG.toFixed(3)}`);

// 3. Samples: image i depends on seed i only.
const pixels = await generate(
  model,
  training.ema(),
  Array.from({ length: 16 }, (_, seed) => seed),
);
training.dispose();
await dataset.close();
await mkdir(values.out, { recursive: true });
const path = join(values.out, "samples.png");
await writeFile(path, encodePng(makeImageGrid(pixels, { imageShape: model.generator.imageShape, columns: 4 })));
console.log(`16 generated images: ${path}. For research, not for diagnosis.`);
