import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type ByteStore,
  type Classifier,
  type ClassifierTraining,
  packCheckpoint,
  packClassifier,
  type TrainingCheckpoint,
  unpackCheckpoint,
  unpackClassifier,
} from "classifier-eval";
import { commitFolder, removePartials, writeFileAtomic } from "repro-kit/node";

/** A folder as classifier-eval's store: each entry a file that is whole or not there. */
export function folderStore(folder: string): ByteStore {
  return {
    read: (name) => readOptional(join(folder, name)),
    write: (name, bytes) => writeFileAtomic(join(folder, name), bytes),
  };
}

async function readOptional(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
}

const writeAll = async (folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> => {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
};

/** Writes a finished classifier as a folder that is whole or not there; one that stands there is replaced. */
export async function saveClassifier(folder: string, classifier: Classifier): Promise<void> {
  const files = await packClassifier(classifier);
  await mkdir(dirname(folder), { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await commitFolder(folder, (partial) => writeAll(partial, files));
}

/** @throws UsageError if there is no classifier, or it is damaged. */
export const loadClassifier = (folder: string): Promise<Classifier> =>
  unpackClassifier((name) => readOptional(join(folder, name)));

const CHECKPOINT = /^training-(\d{8})$/;

async function listCheckpoints(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => CHECKPOINT.test(name)).sort();
}

/** Writes where a training stands as `training-<step>`, then removes the earlier one: a kill leaves one of them whole. */
export async function saveTraining(folder: string, training: ClassifierTraining): Promise<void> {
  const checkpoint = await training.checkpoint();
  const name = `training-${String(checkpoint.step).padStart(8, "0")}`;
  const earlier = await listCheckpoints(folder);
  if (earlier.includes(name)) return;
  await mkdir(folder, { recursive: true });
  const files = await packCheckpoint(checkpoint);
  await commitFolder(join(folder, name), (partial) => writeAll(partial, files));
  for (const old of earlier) await rm(join(folder, old), { recursive: true, force: true });
  await removePartials(folder);
}

/** The newest checkpoint that `saveTraining` left; undefined where there is none. @throws UsageError if it is damaged. */
export async function loadTraining(folder: string): Promise<TrainingCheckpoint | undefined> {
  const newest = (await listCheckpoints(folder)).at(-1);
  return newest === undefined ? undefined : unpackCheckpoint((name) => readOptional(join(folder, newest, name)));
}

/** Removes the checkpoints of a training that is over. */
export async function forgetTraining(folder: string): Promise<void> {
  for (const name of await listCheckpoints(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
