import { createModel, type GanModel, type GanTraining, trainGan } from "qgan-core";
import { type BackendName, ready } from "tfjs-train";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";

/** The two trainings that the issue sets figures for; without augmentation, which the suite ada-augment times. */
const TRAININGS: readonly {
  readonly name: string;
  readonly batch: number;
  readonly options: object;
  readonly preset?: string;
}[] = [
  { name: "32×32 small, batch 16, resnet discriminator", batch: 16, preset: "small32", options: {} },
  { name: "64×64, base 16384, batch 8", batch: 8, options: {} },
];
/** An iteration of the reference is Gmain + Dmain + Greg/4 + Dreg/16. */
const PHASES = ["Gmain", "Dmain", "Greg", "Dreg"] as const;

/** Pixels that stay: reading data is no part of these figures. */
function createBatches(size: number, batch: number) {
  const pixels = Uint8Array.from({ length: batch * size * size * 3 }, (_, i) => (i * 7919) % 256);
  return { batchSize: batch, imageShape: [size, size, 3] as const, next: async () => pixels, state: () => null, restore() {} };
}

/** The model with one of its phases, at every step. */
function withPhase(model: GanModel, name: string): GanModel {
  return { ...model, phases: model.phases.filter((phase) => phase.name === name).map((phase) => ({ ...phase, interval: 1 })) };
}

function phaseCase(backend: BackendName, { name, batch, preset, options }: (typeof TRAININGS)[number], phase: string): BenchCase {
  let training: GanTraining | undefined;
  return {
    name: `stylegan2 ${name}: ${phase}`,
    backend,
    async run() {
      await ready({ backend });
      const model = createModel("stylegan2", { ...(preset ? { preset } : {}), options });
      training ??= trainGan({ model: withPhase(model, phase), data: createBatches(model.generator.imageShape[0], batch) });
      for await (const _ of training) break; // one step
    },
    dispose() {
      training?.dispose();
      training = undefined;
    },
  };
}

async function trainingBackends(): Promise<BackendName[]> {
  const found: BackendName[] = [];
  for (const backend of ["wasm", "tensorflow"] as const) {
    const isThere = await ready({ backend }).then(
      () => true,
      () => false, // not installed: the suite tells of what there is
    );
    if (isThere) found.push(backend);
  }
  return found;
}

export const stylegan2Suite: BenchSuite = {
  name: "stylegan2",
  cases: async () =>
    (await trainingBackends()).flatMap((backend) =>
      TRAININGS.flatMap((training) => PHASES.map((phase) => phaseCase(backend, training, phase))),
    ),
  peers: [],
};
