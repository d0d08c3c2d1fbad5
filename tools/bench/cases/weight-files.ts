import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "repro-kit";
import { writeSafetensors } from "tfjs-train";
import { readWeightsFile } from "tfjs-train/node";
import type { BenchCase, BenchPeer } from "../bench-suite.ts";

const MEGABYTES = 100;
/** Of one MB each, as the layers of a network of that size. */
const VALUES = 2 ** 18;
const FILE = "weights.safetensors";

/** Loads 100 MB of float32 from a file that lies in the page cache, every tensor whole in memory that is the program's own. */
export function safetensorsCase(): BenchCase {
  const names = Array.from({ length: MEGABYTES }, (_, i) => `layers.${i}.weight`);
  let folder: string | undefined;
  const write = (): string => {
    const made = mkdtempSync(join(tmpdir(), "qgan-bench-"));
    const values = createRng(1).fillNormal(new Float32Array(VALUES));
    const tensors = Object.fromEntries(names.map((name) => [name, { dtype: "F32" as const, shape: [512, 512], data: values }]));
    writeFileSync(join(made, FILE), writeSafetensors(tensors));
    return made;
  };
  return {
    name: `load ${MEGABYTES} MB of safetensors`,
    backend: "none",
    async run() {
      folder ??= write();
      const { tensors } = await readWeightsFile(join(folder, FILE));
      for (const name of names) if (tensors[name].data.length !== VALUES) throw new Error(`bug: ${name} is not whole.`);
    },
    peerArguments: { work: "safetensors", megabytes: MEGABYTES },
    dispose() {
      if (folder) rmSync(folder, { recursive: true });
      folder = undefined;
    },
  };
}

export const safetensorsPeer: BenchPeer = { name: "safetensors", script: "safetensors_load.py" };
