/** The computations that can run in a worker thread; each is loaded when it is needed, so that `qgan --help` is quick. */
export const tasks = {
  dataset: async () => (await import("../dataset/make-dataset.ts")).makeDataset,
  check: async () => (await import("../dataset/check-dataset.ts")).checkDataset,
  extract: async () => (await import("../dataset/extract-dataset.ts")).extractDataset,
  train: async () => (await import("../train/train-loop.ts")).trainLoop,
  measure: async () => (await import("../measure/measure-run.ts")).measureRun,
  measurePresets: async () => (await import("../measure/measure-presets.ts")).measurePresets,
  measureSets: async () => (await import("../measure/measure-sets.ts")).measureSets,
  probe: async () => (await import("../measure/probe-scorer.ts")).probeScorer,
  generate: async () => (await import("../generate/generate-images.ts")).generateImages,
  interpolate: async () => (await import("../generate/interpolate-images.ts")).interpolateImages,
  project: async () => (await import("../project/project-targets.ts")).projectTargets,
  explore: async () => (await import("../explore/explore-images.ts")).exploreImages,
  mix: async () => (await import("../generate/mix-styles.ts")).mixStyles,
  classify: async () => (await import("../classify/classify-runs.ts")).classifyRuns,
  diagnose: async () => (await import("../doctor/diagnose.ts")).diagnose,
} as const;

export type TaskName = keyof typeof tasks;
type TaskFunction<N extends TaskName> = Awaited<ReturnType<(typeof tasks)[N]>>;
export type TaskOptions<N extends TaskName> = Parameters<TaskFunction<N>>[0];
export type TaskResult<N extends TaskName> = Awaited<ReturnType<TaskFunction<N>>>;
