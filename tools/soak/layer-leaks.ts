import { expect } from "repro-kit";
import { type BackendName, ready } from "../../packages/tfjs-train/src/index.ts";
import { layerTrainings, trainLayer } from "../../packages/tfjs-train/src/testing/train-layers.ts";
import type { Soak } from "./soak.ts";

const STEPS = 10_000;

export const layerLeaks: Soak = {
  name: "layer-leaks",
  description: `trains each layer for ${STEPS} steps and fails if the number of tensors or bytes changes [steps] [backend]`,
  async run([count, wanted = "wasm"]) {
    const steps = count === undefined ? STEPS : Number(count);
    expect(Number.isInteger(steps) && steps >= 1, "layer-leaks", `steps must be a positive integer; got ${count}.`);
    const { backend } = await ready({ backend: wanted as BackendName }); // ready refuses what it does not know
    for (const training of layerTrainings) {
      const { numTensors, numBytes, firstLoss, lastLoss } = trainLayer(training, { steps, seed: 0 });
      const found = `${training.name}: ${numTensors.join(", ")} tensors, ${numBytes.join(", ")} bytes`;
      if (numTensors.length !== 1 || numBytes.length !== 1) throw new Error(`bug: not flat: ${found}.`);
      console.log(`${found}, loss ${firstLoss.toPrecision(3)} to ${lastLoss.toPrecision(3)}`);
    }
    const peak = process.resourceUsage().maxRSS / 1024;
    return `${layerTrainings.length} layers, ${steps} steps each on ${backend}: flat; peak resident set ${peak.toFixed(0)} MB`;
  },
};
