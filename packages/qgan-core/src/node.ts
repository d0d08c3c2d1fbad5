export {
  addCheckpoint,
  type BestCheckpoint,
  bestCheckpoint,
  checkpointName,
  keepBest,
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
} from "./checkpoints/checkpoint-folder.ts";
export { type LoadCheckpointOptions, loadCheckpoint, readManifest } from "./checkpoints/load-checkpoint.ts";
export { FORMAT_VERSION, type Manifest } from "./checkpoints/manifest.ts";
export { type Migration, migrations } from "./checkpoints/migrations.ts";
export { saveCheckpoint } from "./checkpoints/save-checkpoint.ts";
