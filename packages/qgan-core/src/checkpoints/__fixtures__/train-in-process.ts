import { createModel, trainGan } from "qgan-core";
import { addCheckpoint, latestCheckpoint, loadCheckpoint } from "qgan-core/node";
import { type BackendName, ready } from "tfjs-train";
import { createTestBatches } from "../../training/test-batches.ts";

const [backend, folder, steps] = process.argv.slice(2);
await ready({ backend: backend as BackendName }); // the test gives a name that ready knows
const options = { latentFusion: "both", imageWarmupSteps: 5, adaptiveNoise: true };
const model = createModel("hybridq", { preset: "tiny", options });
const latest = await latestCheckpoint(folder);
const resume = latest === undefined ? undefined : await loadCheckpoint(latest);
const training = trainGan({ model, data: createTestBatches(model.generator.imageShape), steps: Number(steps), seed: 3, resume });
for await (const { step } of training) if (step % 10 === 0) await addCheckpoint(folder, await training.state());
